/** What an event changed of its contact: the difference of two rows, field by field. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '#contracts/json.js';
import type { ContactRow } from '#contracts/read-models.js';

/** What changes with every event, or never; and the keys, which each event tells that brings one. */
const BOOKKEEPING: ReadonlySet<string> = new Set([
  'workspaceId',
  'contactId',
  'createdAt',
  'updatedAt',
  'appliedVersion',
  'addresses',
  'identities',
] satisfies (keyof ContactRow)[]);

/**
 * `{field: [before, after]}`, attributes one by one as `attributes.NAME`; null stands for what is not set, and times are ISO 8601.
 * Null when nothing that people see of a contact differs.
 */
export function contactChanged(before: ContactRow, after: ContactRow): JsonObject | null {
  const changed: Record<string, Json> = {};
  for (const field of Object.keys(after) as (keyof ContactRow)[]) {
    if (BOOKKEEPING.has(field) || before[field] === after[field]) continue;
    if (field === 'attributes') attributesChanged(changed, before.attributes, after.attributes);
    else if (!isDeepStrictEqual(before[field], after[field]))
      changed[field] = [shown(field, before[field]), shown(field, after[field])];
  }
  return Object.keys(changed).length === 0 ? null : changed;
}

function attributesChanged(changed: Record<string, Json>, before: JsonObject, after: JsonObject): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[name] ?? null, after[name] ?? null];
    if (!isDeepStrictEqual(was, is)) changed[`attributes.${name}`] = [was, is];
  }
}

function shown(field: string, value: ContactRow[keyof ContactRow] | undefined): Json {
  if (typeof value === 'number' && field.endsWith('At')) return new Date(value).toISOString();
  return (value ?? null) as Json;
}
