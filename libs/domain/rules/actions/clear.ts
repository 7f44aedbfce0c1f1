/** `clear: plan`: removes an attribute. */
import { didYouMean } from '../did-you-mean.js';
import { member } from '../facts.js';
import { actionKind } from './action.js';

export const clear = actionKind<string>({
  kind: 'clear',
  effect: false,
  parse(field, source, { attributes }) {
    const name = source.string(field, 'clear', 'write the name of an attribute');
    if (name === null || Object.hasOwn(attributes, name)) return name;
    const cure = `${didYouMean(name, Object.keys(attributes), 'attribute')} (attributes.yaml)`;
    return source.complain(source.at(field.value, field.at), `no attribute ${name} is declared`, cure);
  },
  target: (name) => name,
  decide: (name, { facts, by }) =>
    member(facts.attributes, name) === undefined
      ? []
      : [{ type: 'attribute_cleared', v: 1, data: { by, name }, pii: null }],
});
