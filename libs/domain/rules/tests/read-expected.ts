/** What a test expects: `fires`, `held`, `effects`, and the contact afterwards. */
import { isScalar, isSeq } from 'yaml';
import { EFFECT_KINDS, type HeldReason } from '#contracts/contact-events.js';
import type { AttributeTypes } from '../attributes/type.js';
import { didYouMean } from '../did-you-mean.js';
import type { Field, Source, YamlNode } from '../yaml/source.js';
import { readExpectedContact } from './read-contact.js';
import { type EffectExpected, type Expected, HELD_REASONS } from './test-file.js';

export const EXPECTATIONS = ['fires', 'held', 'effects', 'contact'];
const KEYS = EXPECTATIONS;
const MANY = 10_000;

/** Null after a complaint. */
export function readExpected(field: Field, source: Source, types: AttributeTypes): Expected | null {
  const before = source.problems.length;
  const fields = source.fields(field.value, field.at, 'then:', KEYS);
  if (!fields || source.problems.length > before) return null;
  if (fields.size === 0)
    return source.complain(field.at, 'the test expects nothing', `write one of ${KEYS.join(', ')}`);
  const [fires, held, effects, contact] = KEYS.map((key) => fields.get(key));
  const expected = {
    ...(fires ? { fires: firesOf(fires, source) } : {}),
    ...(held ? { held: heldOf(held, source) } : {}),
    ...(effects ? { effects: effectsOf(effects, source) } : {}),
    ...(contact ? { contact: readExpectedContact(contact, source, types) ?? {} } : {}),
  };
  return source.problems.length > before ? null : expected;
}

function firesOf(field: Field, source: Source): number | boolean {
  const value = isScalar(field.value) ? field.value.value : null;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MANY) return value;
  source.complain(source.at(field.value, field.at), 'fires is neither true, false nor a number', 'write fires: true');
  return false;
}

function heldOf(field: Field, source: Source): HeldReason[] {
  const items = isSeq(field.value) ? (field.value.items as YamlNode[]) : [field.value];
  return items.flatMap((value) => {
    const one = { name: 'held', at: source.at(value, field.at), value };
    const text = source.string(one, 'a reason', `write one of ${HELD_REASONS.join(', ')}`);
    const reason = HELD_REASONS.find((known) => known === text);
    if (text !== null && reason === undefined)
      source.complain(one.at, `nothing is held for ${text}`, didYouMean(text, HELD_REASONS, 'reason'));
    return reason ?? [];
  });
}

function effectsOf(field: Field, source: Source): EffectExpected[] {
  if (!isSeq(field.value)) {
    source.complain(source.at(field.value, field.at), 'effects is no list', 'write - notify: owner, or [] for none');
    return [];
  }
  return (field.value.items as YamlNode[]).flatMap((item) => effectOf(item, field, source) ?? []);
}

function effectOf(item: YamlNode, list: Field, source: Source): EffectExpected | null {
  const at = source.at(item, list.at);
  const fields = source.fields(item, at, 'an effect', [...EFFECT_KINDS, 'title', 'contains']);
  if (!fields) return null;
  const kinds = EFFECT_KINDS.filter((kind) => fields.has(kind));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1)
    return source.complain(at, 'an effect is of one kind', `write one of ${EFFECT_KINDS.join(', ')}: notify: owner`);
  const to = source.string(fields.get(kind) as Field, kind, 'write whom: owner, team:NAME, an address, crm');
  const titleField = fields.get('title');
  const title = titleField && source.string(titleField, 'title', 'write the whole title');
  const containsField = fields.get('contains');
  const contains = containsField && source.string(containsField, 'contains', 'write a part of the text');
  if (to === null || title === null || contains === null) return null;
  return { kind, to, ...(title === undefined ? {} : { title }), ...(contains === undefined ? {} : { contains }) };
}
