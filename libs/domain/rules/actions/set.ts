/** `set: { plan: pro }`: sets declared attributes. Nothing happens to one that has this value already. */

import { isScalar, isSeq } from 'yaml';
import type { ContactEvent } from '#contracts/contact-events.js';
import type { Json } from '#contracts/json.js';
import { type AttributeType, partsOfType } from '../attributes/type.js';
import { checkValue } from '../attributes/value.js';
import { didYouMean } from '../did-you-mean.js';
import { member } from '../facts.js';
import type { Vocabulary } from '../vocabulary.js';
import type { Field, Source } from '../yaml/source.js';
import { actionKind } from './action.js';
import { MAX_ATTRIBUTES } from './bounds.js';

type Assignments = readonly { readonly name: string; readonly value: Json }[];

export const set = actionKind<Assignments>({
  kind: 'set',
  effect: false,
  parse(field, source, vocabulary) {
    const fields = source.fields(field.value, field.at, 'set', null);
    if (!fields) return null;
    if (fields.size === 0) return source.complain(field.at, 'set sets nothing', 'write set: { attribute: value }');
    const read = [...fields.values()].map((one) => assignment(one, source, vocabulary));
    return read.every((one) => one !== null) ? read : null;
  },
  target: (assignments) =>
    assignments
      .map(({ name }) => name)
      .sort()
      .join(' '),
  decide(assignments, { facts, by }) {
    const changed = assignments.filter(({ name, value }) => !same(member(facts.attributes, name), value));
    const added = changed.filter(({ name }) => member(facts.attributes, name) === undefined).length;
    if (Object.keys(facts.attributes).length + added > MAX_ATTRIBUTES) {
      throw new Error(`a contact has at most ${MAX_ATTRIBUTES} attributes`);
    }
    return changed.map(
      ({ name, value }): ContactEvent => ({ type: 'attribute_set', v: 1, data: { by, name }, pii: { value } }),
    );
  },
});

function same(a: Json | undefined, b: Json): boolean {
  return a === b || (a !== undefined && JSON.stringify(a) === JSON.stringify(b));
}

function assignment(
  { name, at, value }: Field,
  source: Source,
  { attributes }: Vocabulary,
): Assignments[number] | null {
  const type = member(attributes, name);
  if (type === undefined) {
    return source.complain(
      at,
      `no attribute ${name} is declared`,
      `${didYouMean(name, Object.keys(attributes), 'attribute')} (attributes.yaml)`,
    );
  }
  return read(name, type, value, (problem, cure) => source.complain(source.at(value, at), `${name}: ${problem}`, cure));
}

/** Under the name of today, in the form in which it is stored. */
function read(
  name: string,
  type: AttributeType,
  value: Field['value'],
  complain: (problem: string, cure: string) => null,
): Assignments[number] | null {
  const parts = partsOfType(type);
  // A decimal is taken as it is written: `12.50` stays that, and is no float on its way.
  const json: unknown = isScalar(value)
    ? parts.scalar === 'decimal'
      ? (value.source ?? value.value)
      : value.value
    : isSeq(value)
      ? value.toJSON()
      : null;
  const checked = checkValue(parts, json);
  return 'problem' in checked
    ? complain(checked.problem, checked.cure)
    : { name: parts.storedAs[0] ?? name, value: checked.value };
}
