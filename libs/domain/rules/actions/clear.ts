/** `clear: plan`: removes an attribute. */
import { partsOfType } from '../attributes/type.js';
import { didYouMean } from '../did-you-mean.js';
import { member } from '../facts.js';
import { actionKind } from './action.js';

/** All names it is stored under; one as a rule writes it. */
interface Cleared {
  readonly name: string;
  readonly storedAs: readonly string[];
}

export const clear = actionKind<Cleared>({
  kind: 'clear',
  effect: false,
  parse(field, source, { attributes }) {
    const name = source.string(field, 'clear', 'write the name of an attribute');
    if (name === null) return null;
    const type = member(attributes, name);
    if (type !== undefined) {
      const { storedAs } = partsOfType(type);
      return { name, storedAs: storedAs.length === 0 ? [name] : storedAs };
    }
    const cure = `${didYouMean(name, Object.keys(attributes), 'attribute')} (attributes.yaml)`;
    return source.complain(source.at(field.value, field.at), `no attribute ${name} is declared`, cure);
  },
  target: ({ name }) => name,
  decide: ({ storedAs }, { facts, by }) =>
    storedAs
      .filter((name) => member(facts.attributes, name) !== undefined)
      .map((name) => ({ type: 'attribute_cleared', v: 1, data: { by, name }, pii: null })),
});
