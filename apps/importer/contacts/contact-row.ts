/** A row of a file → a wish of a contact, checked as one that comes by the API. */
import type { Json, JsonObject } from '#contracts/json.js';
import { type ContactWish, readWish, type WishContext, type WishedInput } from '#domain/contact/wish/contact-wish.js';
import { fromText } from '#domain/rules/attributes/value.js';
import type { ColumnUse } from '#engine/imports/progress.js';
import type { Row } from '#engine/imports/row.js';
import { memberField } from './columns.js';

export type ReadContact = (WishedInput & { readonly wish: ContactWish }) | { readonly refused: string };

export interface Reading {
  /** Of a file that has them; null where each row names its own. */
  readonly columns: readonly ColumnUse[] | null;
  readonly map: Readonly<Record<string, string>>;
  readonly context: WishContext;
}

export function contactOf(row: Row, reading: Reading): ReadContact {
  if (row.problem !== null) return { refused: row.problem };
  const { wish, columns, problems } = wishOf(row, reading);
  if (problems.length > 0) return { refused: problems.join('; ') };
  const read = readWish(wish, reading.context);
  if (!('problems' in read)) return { ...read, wish };
  const told = read.problems.map(({ field, problem }) => `${columnOf(field, columns)}: ${problem}`);
  return { refused: [...new Set(told)].join('; ') };
}

interface Draft {
  readonly wish: ContactWish;
  /** Column by the field of a problem. */
  readonly columns: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
}

type Consents = Record<string, boolean | { given: boolean; at?: number }>;

const TEXTS = {
  email: 'email',
  external_id: 'externalId',
  stage: 'stage',
  owner: 'owner',
  time_zone: 'timeZone',
} as const;
const isText = (field: string): field is keyof typeof TEXTS => Object.hasOwn(TEXTS, field);
const PREFIX = 'attributes.';
const CONSENT = 'consent.';

function wishOf(row: Row, { columns, map, context }: Reading): Draft {
  const texts: Partial<Record<(typeof TEXTS)[keyof typeof TEXTS], string>> = {};
  const set: Record<string, Json> = {};
  const consent: Consents = {};
  const from = new Map<string, string>();
  const problems: string[] = [];
  let addTags: readonly string[] | undefined;
  const wrong = (column: string, problem: string) => problems.push(`${column}: ${problem}`);
  const areTexts = columns !== null;
  for (const { column, field, value } of cells(row, columns, map)) {
    if (value === null && isText(field)) continue;
    if (isText(field)) {
      const name = TEXTS[field];
      if (typeof value !== 'string' && typeof value !== 'number') wrong(column, 'expected text');
      else texts[name] = String(value).trim();
      from.set(name, column);
    } else if (field === 'tags') {
      addTags = tagsOf(value);
      if (addTags === undefined) wrong(column, 'expected tags with commas between them, or a list of them');
      from.set('addTags', column);
    } else if (field === 'attributes' && isObject(value)) Object.assign(set, value);
    else if (field === 'consent' || field.startsWith(CONSENT)) {
      const said = consentOf(field.slice(CONSENT.length), value);
      if (said === null) wrong(column, 'expected true or false');
      else Object.assign(consent, said);
      from.set(field, column);
    } else {
      const name = field.startsWith(PREFIX) ? field.slice(PREFIX.length) : field;
      const type = context.attributes.get(name)?.type;
      set[name] =
        areTexts && typeof value === 'string' && type !== undefined
          ? fromText({ ...type, storedAs: [] }, value)
          : value;
      from.set(`set.${name}`, column);
    }
  }
  const wish: ContactWish = {
    ...texts,
    ...(Object.keys(set).length === 0 ? {} : { set }),
    ...(addTags === undefined || addTags.length === 0 ? {} : { addTags }),
    ...(Object.keys(consent).length === 0 ? {} : { consent }),
  };
  return { wish, columns: from, problems };
}

function* cells(row: Row, columns: Reading['columns'], map: Reading['map']) {
  if (columns !== null) {
    for (const { column, field } of columns) {
      const value = row.values.get(column);
      if (field !== null && value !== undefined) yield { column, field, value };
    }
    return;
  }
  const isOurExport = row.values.has('contact_id');
  for (const [column, value] of row.values) {
    const field = memberField(column, map, isOurExport);
    if (field !== null) yield { column, field, value };
  }
}

/** A list, or a text of tags parted by comma, semicolon or bar; undefined when it is neither. */
function tagsOf(value: Json): readonly string[] | undefined {
  if (Array.isArray(value)) return value.every((tag) => typeof tag === 'string') ? (value as string[]) : undefined;
  if (typeof value !== 'string') return value === null ? [] : undefined;
  return value
    .split(/[,;|]/)
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}

const BOOL = { scalar: 'bool', list: false, values: [], storedAs: [] } as const;

/** Of one purpose, or (purpose empty) all of them as our export writes them; null when it is neither. */
function consentOf(purpose: string, value: Json): Consents | null {
  if (purpose !== '') {
    const given = typeof value === 'string' ? fromText(BOOL, value) : value;
    return typeof given === 'boolean' ? { [purpose]: given } : null;
  }
  const all = typeof value === 'string' ? parsed(value) : value;
  if (!isObject(all)) return null;
  const said: Consents = {};
  for (const [name, one] of Object.entries(all)) {
    const { given, at } = isObject(one) ? one : { given: one, at: undefined };
    if (typeof given !== 'boolean') return null;
    said[name] = typeof at === 'number' ? { given, at } : given;
  }
  return said;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `set.plan` → the column it came of. */
function columnOf(field: string, columns: ReadonlyMap<string, string>): string {
  return columns.get(field) ?? field.replace(/^set\./, '');
}
