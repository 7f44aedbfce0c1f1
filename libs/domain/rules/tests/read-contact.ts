/** Contacts in tests: as they are beforehand, as somebody writes them, as they should be afterwards. */
import { isMap, isScalar, isSeq } from 'yaml';
import { normaliseEmail } from '#contracts/ids.js';
import type { Json } from '#contracts/json.js';
import { MAX_SCORE } from '../actions/bounds.js';
import { SCOPE, SCOPE_CURE } from '../actions/suppress.js';
import { type AttributeTypes, partsOfType } from '../attributes/type.js';
import { checkValue } from '../attributes/value.js';
import { didYouMean } from '../did-you-mean.js';
import { member } from '../facts.js';
import { NAME } from '../vocabulary.js';
import type { Field, Source } from '../yaml/source.js';
import type { ContactExpected, ContactGiven, ContactWritten } from './test-file.js';

export const WRITTEN = ['attributes', 'tags', 'stage', 'owner', 'time_zone', 'consent'];
export const GIVEN = [...WRITTEN, 'email', 'score', 'suppressed', 'sequences'];
export const EXPECTED = ['score', 'stage', 'owner', 'tags', 'without_tags', 'attributes', 'suppressed', 'sequences'];
const NAME_CURE = 'write a name such as customer';

export const USUAL_EMAIL = 'ada@example.com';
const NOBODY: ContactGiven = {
  email: USUAL_EMAIL,
  score: 0,
  suppressed: [],
  sequences: [],
  attributes: {},
  tags: [],
  stage: null,
  owner: null,
  timeZone: null,
  consent: {},
};

/** Left out: a contact that nothing is known of but its address. Null after a complaint. */
export function readGivenContact(field: Field | undefined, source: Source, types: AttributeTypes): ContactGiven | null {
  if (!field) return NOBODY;
  const fields = source.fields(field.value, field.at, 'the contact', GIVEN);
  if (!fields) return null;
  const before = source.problems.length;
  const email = fields.get('email');
  const score = fields.get('score');
  const given = {
    ...written(fields, source, types),
    email: email ? emailOf(email, source) : USUAL_EMAIL,
    score: score ? (source.integer(score, 'score', -MAX_SCORE, MAX_SCORE) ?? 0) : 0,
    suppressed: names(fields.get('suppressed'), source, SCOPE, SCOPE_CURE) ?? [],
    sequences: names(fields.get('sequences'), source, NAME, 'write the name of a sequence') ?? [],
  };
  return source.problems.length > before ? null : given;
}

/** `contact: { stage: customer }` as a step: somebody writes this. Null after a complaint. */
export function readWrite(field: Field, source: Source, types: AttributeTypes): ContactWritten | null {
  const fields = source.fields(field.value, field.at, 'contact', WRITTEN);
  if (!fields) return null;
  if (fields.size === 0) return source.complain(field.at, 'nothing is written', `write one of ${WRITTEN.join(', ')}`);
  const before = source.problems.length;
  const wish = written(fields, source, types);
  return source.problems.length > before ? null : wish;
}

/** Null after a complaint. */
export function readExpectedContact(field: Field, source: Source, types: AttributeTypes): ContactExpected | null {
  const fields = source.fields(field.value, field.at, 'the contact', EXPECTED);
  if (!fields) return null;
  const before = source.problems.length;
  const score = fields.get('score');
  const stage = fields.get('stage');
  const owner = fields.get('owner');
  const attributes = fields.get('attributes');
  const found = {
    score: score && source.integer(score, 'score', -MAX_SCORE, MAX_SCORE),
    stage: stage && source.name(stage, 'a stage', NAME, NAME_CURE),
    owner: owner && emailOf(owner, source),
    tags: names(fields.get('tags'), source, NAME, NAME_CURE),
    withoutTags: names(fields.get('without_tags'), source, NAME, NAME_CURE),
    attributes: attributes && attributesOf(attributes, source, types),
    suppressed: names(fields.get('suppressed'), source, SCOPE, SCOPE_CURE),
    sequences: names(fields.get('sequences'), source, NAME, 'write the name of a sequence'),
  };
  if (source.problems.length > before) return null;
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as ContactExpected;
}

function written(fields: Map<string, Field>, source: Source, types: AttributeTypes): ContactWritten {
  const attributes = fields.get('attributes');
  const stage = fields.get('stage');
  const owner = fields.get('owner');
  const zone = fields.get('time_zone');
  const consent = fields.get('consent');
  return {
    attributes: (attributes && attributesOf(attributes, source, types)) ?? {},
    tags: names(fields.get('tags'), source, NAME, NAME_CURE) ?? [],
    stage: (stage && source.name(stage, 'a stage', NAME, NAME_CURE)) ?? null,
    owner: (owner && emailOf(owner, source)) ?? null,
    timeZone: (zone && source.string(zone, 'time_zone', 'write Europe/Berlin')) ?? null,
    consent: (consent && consentOf(consent, source)) ?? {},
  };
}

function emailOf(field: Field, source: Source): string | null {
  const text = source.string(field, field.name, 'write an e-mail address');
  const email = text === null ? null : normaliseEmail(text);
  if (text !== null && email === null)
    return source.complain(source.at(field.value, field.at), `${text} is no e-mail address`, 'write kim@example.com');
  return email;
}

/** Undefined where there is no field; a list may be empty. */
function names(field: Field | undefined, source: Source, pattern: RegExp, cure: string): string[] | undefined {
  if (!field) return undefined;
  if (!isSeq(field.value)) {
    source.complain(source.at(field.value, field.at), `${field.name} is no list`, 'write it in brackets: [one, two]');
    return undefined;
  }
  const items = field.value.items as Field['value'][];
  return items.flatMap((value) => {
    const one = { name: field.name, at: source.at(value, field.at), value };
    return source.name(one, `one of ${field.name}`, pattern, cure) ?? [];
  });
}

function consentOf(field: Field, source: Source): Record<string, boolean> {
  const fields = source.fields(field.value, field.at, 'consent', null);
  const read = [...(fields?.values() ?? [])].flatMap((one): [string, boolean][] => {
    const value = isScalar(one.value) ? one.value.value : null;
    if (typeof value === 'boolean') return [[one.name, value]];
    source.complain(
      source.at(one.value, one.at),
      `consent to ${one.name} is neither true nor false`,
      'write true or false',
    );
    return [];
  });
  return Object.fromEntries(read);
}

function attributesOf(field: Field, source: Source, types: AttributeTypes): Record<string, Json> {
  const fields = source.fields(field.value, field.at, 'attributes', null);
  const read = [...(fields?.values() ?? [])].flatMap(({ name, at, value }): [string, Json][] => {
    const type = member(types, name);
    if (type === undefined) {
      const cure = `${didYouMean(name, Object.keys(types), 'attribute')} (attributes.yaml)`;
      source.complain(at, `no attribute ${name} is declared`, cure);
      return [];
    }
    const parts = partsOfType(type);
    const json: unknown = isScalar(value)
      ? parts.scalar === 'decimal'
        ? (value.source ?? value.value)
        : value.value
      : isSeq(value) || isMap(value)
        ? value.toJSON()
        : null;
    const checked = checkValue(parts, json);
    if ('value' in checked) return [[parts.storedAs[0] ?? name, checked.value]];
    source.complain(source.at(value, at), `${name}: ${checked.problem}`, checked.cure);
    return [];
  });
  return Object.fromEntries(read);
}
