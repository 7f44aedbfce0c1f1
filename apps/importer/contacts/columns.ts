/** Which field of a contact each column of a file is: as told, else guessed by its name. */
import type { ColumnUse } from '#engine/imports/progress.js';
import { FileError } from '#engine/imports/row.js';

/** Fields that are no attributes, beside `consent.PURPOSE`. Everything else is the attribute of that name. */
export const CONTACT_FIELDS = ['email', 'external_id', 'tags', 'stage', 'owner', 'time_zone', 'consent'] as const;

/** In a mapping: the column is left out. */
export const LEFT_OUT = '-';

const GUESSES: Readonly<Record<string, string>> = {
  e_mail: 'email',
  mail: 'email',
  email_address: 'email',
  e_mail_address: 'email',
  emailaddress: 'email',
  externalid: 'external_id',
  timezone: 'time_zone',
  tag: 'tags',
  labels: 'tags',
  lifecycle_stage: 'stage',
  contact_owner: 'owner',
  owner_email: 'owner',
};

/** What our own export adds to what can be written: known by its column `contact_id`. */
export const COMPUTED = [
  'contact_id',
  'score',
  'suppressed',
  'suppressed_scopes',
  'engagements',
  'last_engagement',
  'last_engagement_at',
  'aliases',
  'created_at',
  'updated_at',
  'version',
] as const;

/** Ours, in a file of rejects that is put right and given again. */
const REJECT_COLUMNS = ['afterclick_line', 'afterclick_reason'];

/** The columns of a file in their order. Throws FileError, with the cure, where the mapping does not fit the file. */
export function columnsOf(
  columns: readonly string[],
  map: Readonly<Record<string, string>> = {},
): readonly ColumnUse[] {
  for (const told of Object.keys(map))
    if (!columns.includes(told))
      throw new FileError(`There is no column ${told}. The columns are: ${columns.join(', ')}.`);
  const isOurExport = columns.includes('contact_id');
  const uses = columns.map((column): ColumnUse => {
    const told = map[column];
    if (told !== undefined) return { column, field: told === LEFT_OUT ? null : fieldNamed(told), guessed: false };
    return { column, field: guessed(column, isOurExport), guessed: true };
  });
  assertEachOnce(uses);
  if (!uses.some(({ field }) => field === 'email' || field === 'external_id'))
    throw new FileError(
      `No column holds the e-mail address. Name it with --map COLUMN=email (or COLUMN=external_id). The columns are: ${columns.join(', ')}.`,
    );
  return uses;
}

/** A member of a line of NDJSON: read as a column of that name. */
export function memberField(name: string, map: Readonly<Record<string, string>>, isOurExport: boolean): string | null {
  const told = map[name];
  if (told !== undefined) return told === LEFT_OUT ? null : fieldNamed(told);
  return guessed(name, isOurExport);
}

/** `attributes.NAME` is the attribute NAME, also where that is the name of a field. */
function fieldNamed(told: string): string {
  return told.trim();
}

function guessed(column: string, isOurExport: boolean): string | null {
  if (column.startsWith('attributes.') || column.startsWith('consent.')) return column;
  const name = plainName(column);
  if (REJECT_COLUMNS.includes(name)) return null;
  if (isOurExport && (COMPUTED as readonly string[]).includes(name)) return null;
  return (Object.hasOwn(GUESSES, name) ? GUESSES[name] : name) ?? null;
}

/** `First Name` → `first_name`; a name without a letter or digit stays as it is. */
function plainName(column: string): string {
  const plain = column
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
  return plain === '' ? column : plain;
}

function assertEachOnce(uses: readonly ColumnUse[]): void {
  const seen = new Map<string, string>();
  for (const { column, field } of uses) {
    if (field === null) continue;
    const before = seen.get(field);
    if (before !== undefined)
      throw new FileError(
        `The columns ${before} and ${column} are both taken for ${field}: leave one out with --map "${column}=${LEFT_OUT}", or name it otherwise.`,
      );
    seen.set(field, column);
  }
}
