/** `on: { attribute_changed: plan }`: a declared attribute has another value than before, or none any more. */
import { storedValue } from '../attributes/declaration.js';
import { partsOfType } from '../attributes/type.js';
import { ChangeView } from '../condition/change-view.js';
import { changeShape } from '../condition/event-shape.js';
import { didYouMean } from '../did-you-mean.js';
import { member } from '../facts.js';
import type { TriggerKind } from './trigger.js';

export const attributeChanged: TriggerKind = {
  kind: 'attribute_changed',
  argument: 'required',
  example: 'on: { attribute_changed: plan }',
  read(field, _options, source, { attributes }) {
    const name = field && source.string(field, 'attribute_changed', 'write the name of an attribute');
    if (field === null || name === null) return null;
    const type = member(attributes, name);
    if (type === undefined) {
      const cure = `${didYouMean(name, Object.keys(attributes), 'attribute')} (attributes.yaml)`;
      return source.complain(source.at(field.value, field.at), `no attribute ${name} is declared`, cure);
    }
    const parts = partsOfType(type);
    const names = parts.storedAs.length === 0 ? [name] : parts.storedAs;
    return {
      type: 'attribute_changed',
      text: `${name} changes`,
      event: changeShape(['type', 'name', 'rule', 'before', 'after'], type),
      terms: names.length === 1 ? [{ field: 'name', literal: names[0] as string }] : [],
      matches(event) {
        if (!(event instanceof ChangeView) || !names.includes(event.name)) return false;
        const { before, after } = event.change;
        const values = [before, after].map((facts) => JSON.stringify(storedValue(parts, name, facts.attributes)));
        return values[0] !== values[1];
      },
    };
  },
};
