/** Columns of an exported contact. A file of all of them is read again by an import as it is. */
import type { Json, JsonObject } from '#contracts/json.js';
import type { ContactRow } from '#contracts/read-models.js';
import { iso, isoOrNull } from '../../openapi/fields.js';

type Value = (row: ContactRow) => Json;

/** In the order of the file; attributes come after them. */
export const FIXED: Readonly<Record<string, Value>> = {
  contact_id: (row) => row.contactId,
  email: (row) => row.email,
  tags: (row) => [...row.tags],
  stage: (row) => row.stage,
  owner: (row) => row.owner,
  time_zone: (row) => row.timeZone,
  consent: (row) => (Object.keys(row.consent).length === 0 ? null : (row.consent as unknown as Json)),
  score: (row) => row.score,
  suppressed: (row) => row.suppressed,
  suppressed_scopes: (row) => [...row.suppressedScopes],
  engagements: (row) => row.engagements,
  last_engagement: (row) => row.lastEngagement,
  last_engagement_at: (row) => isoOrNull(row.lastEngagementAt),
  aliases: (row) => [...row.aliases],
  created_at: (row) => iso(row.createdAt),
  updated_at: (row) => iso(row.updatedAt),
  version: (row) => row.appliedVersion,
};

export interface Column {
  readonly name: string;
  readonly value: Value;
}

const PREFIX = 'attributes.';

/** `attributes.NAME` is an attribute, and any name that is no fixed column; one it had finds its value. */
export function columnNamed(name: string, presentNames: ReadonlyMap<string, readonly string[]> = new Map()): Column {
  const fixed = Object.hasOwn(FIXED, name) ? FIXED[name] : undefined;
  if (fixed !== undefined) return { name, value: fixed };
  const attribute = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
  const present = presentNames.get(attribute)?.[0] ?? attribute;
  return { name, value: (row) => (row.attributes as JsonObject)[present] ?? null };
}

/** All columns, those of these attributes under a name by which an import finds exactly them. */
export function allColumns(attributes: readonly string[]): readonly Column[] {
  const plain = (name: string) => /^[a-z0-9]+(?:_[a-z0-9]+)*$/.test(name) && !Object.hasOwn(FIXED, name);
  return [...Object.keys(FIXED), ...attributes.map((name) => (plain(name) ? name : PREFIX + name))].map((name) =>
    columnNamed(name),
  );
}

/** A cell of CSV: lists with ; between, other values that are no text as JSON. */
export function cellOf(value: Json): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((one) => typeof one === 'string' && !one.includes(';')))
    return value.join(';');
  return JSON.stringify(value);
}

/** What a program that shows cells might take for a formula is made text (OWASP: CSV injection). */
export function asText(cell: string): string {
  return /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}
