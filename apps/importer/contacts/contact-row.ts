/** A row of a file → a write of a contact, checked as one that comes by the API. */
import { type ContactWrite, contactWrite } from '#apps/api/contacts/contact-writes.js';
import type { Json, JsonObject } from '#contracts/json.js';
import type { ColumnUse } from '#engine/imports/progress.js';
import type { Row } from '#engine/imports/row.js';
import { memberField } from './columns.js';

export type ReadContact = { readonly write: ContactWrite } | { readonly refused: string };

/** `columns`: of a file that has them; null where each row names its own. */
export function contactOf(
  row: Row,
  columns: readonly ColumnUse[] | null,
  map: Readonly<Record<string, string>>,
): ReadContact {
  if (row.problem !== null) return { refused: row.problem };
  const wish = wishOf(row, columns, map);
  const checked = contactWrite.safeParse(wish.write);
  if (checked.success) return { write: checked.data };
  const problems = checked.error.issues.map(({ path, message }) => `${named(path, wish.columns)}: ${message}`);
  return { refused: [...new Set(problems)].join('; ') };
}

interface Wish {
  readonly write: JsonObject;
  /** Column by field, for what is said of it. */
  readonly columns: ReadonlyMap<string, string>;
}

function wishOf(row: Row, columns: readonly ColumnUse[] | null, map: Readonly<Record<string, string>>): Wish {
  const write: Record<string, Json> = {};
  const set: Record<string, Json> = {};
  const from = new Map<string, string>();
  for (const { column, field, value } of cells(row, columns, map)) {
    if (field === 'attributes' && isObject(value)) Object.assign(set, value);
    else if (field === 'tags') write['addTags'] = tagsOf(value);
    else if (field === 'email' || field === 'stage' || field === 'owner') {
      if (value !== null) write[field] = typeof value === 'string' ? value.trim() : value;
    } else set[field.replace(/^attributes\./, '')] = value;
    from.set(field === 'tags' ? 'addTags' : field.replace(/^attributes\./, ''), column);
  }
  if (Object.keys(set).length > 0) write['set'] = set;
  return { write, columns: from };
}

function* cells(row: Row, columns: readonly ColumnUse[] | null, map: Readonly<Record<string, string>>) {
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

/** A list, or a text of tags parted by comma, semicolon or bar. */
function tagsOf(value: Json): Json {
  if (typeof value !== 'string') return value ?? [];
  return value
    .split(/[,;|]/)
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `set.plan` → the column it came of. */
function named(path: readonly PropertyKey[], columns: ReadonlyMap<string, string>): string {
  const [first, second] = path.map(String);
  const field = first === 'set' ? second : first;
  return field === undefined ? 'row' : (columns.get(field) ?? field);
}
