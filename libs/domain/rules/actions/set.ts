/** `set: { plan: pro }`: sets declared attributes. Nothing happens to one that has this value already. */

import { isScalar, isSeq } from 'yaml';
import type { ContactEvent } from '#contracts/contact-events.js';
import type { Json } from '#contracts/json.js';
import { didYouMean } from '../did-you-mean.js';
import { member } from '../facts.js';
import type { AttributeType, Vocabulary } from '../vocabulary.js';
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
  const json: unknown = isScalar(value) ? value.value : isSeq(value) ? value.toJSON() : null;
  if (fits(type, json)) return { name, value: json };
  return source.complain(source.at(value, at), `${name} is declared ${type}, and this is none`, EXAMPLES[type]);
}

const EXAMPLES: { readonly [T in AttributeType]: string } = {
  string: 'write text, in quotes where it looks like a number: "5"',
  int: 'write a whole number: 5',
  double: 'write a number: 0.5',
  bool: 'write true or false',
  list: 'write a list of texts: [a, b]',
};

function fits(type: AttributeType, value: unknown): value is Json {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'int':
      return Number.isSafeInteger(value);
    case 'double':
      return typeof value === 'number' && Number.isFinite(value);
    case 'bool':
      return typeof value === 'boolean';
    case 'list':
      return Array.isArray(value) && value.every((one) => typeof one === 'string');
  }
}
