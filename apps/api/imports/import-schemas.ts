/** Imports over HTTP: what is asked, and how far it has come. */
import { z } from 'zod';
import { FILE_FORMATS, IMPORT_KINDS, type Import, type ImportWish } from '#engine/imports/import.js';
import { anyJson, id, iso, isoOrNull, time, whole } from '../openapi/fields.js';

const LARGEST_FILE = 10_000_000_000;
const MOST_COLUMNS = 1_000;
const text = z.string().min(1).max(200);

export const importAsked = z
  .strictObject({
    kind: z.enum(IMPORT_KINDS).default('contacts').describe('engagements: a provider’s exported events.'),
    source: id.optional().describe('Of engagements: the source whose events they are.'),
    format: z.enum(FILE_FORMATS).describe('json: one JSON array, for engagements only.'),
    size: z.int().min(1).max(LARGEST_FILE).describe('Bytes of the file.'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'Expected 64 digits 0-9a-f')
      .optional()
      .describe(
        'Of the file. The same file asked for in the same way is then the same import, and goes on where it was.',
      ),
    delimiter: z.enum([',', ';', '\t', '|']).optional().describe('Of CSV; found by its header when left out.'),
    map: z
      .record(text, text)
      .refine((all) => Object.keys(all).length <= MOST_COLUMNS, `At most ${MOST_COLUMNS} columns`)
      .optional()
      .describe('Field by column: email, tags, stage, owner, the name of an attribute, or - to leave the column out.'),
    dryRun: z.boolean().default(false).describe('Only look: counts, samples and rejects, and nothing changes.'),
    fire: z.boolean().default(false).describe('The changes may trigger rules.'),
  })
  .superRefine(({ kind, source, format, map, fire }, context) => {
    const wrong = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    if (kind === 'engagements' && source === undefined) wrong('source', 'Name the source whose events these are');
    if (kind === 'contacts' && source !== undefined) wrong('source', 'Contacts come of no source: leave it out');
    if (kind === 'engagements' && format === 'csv') wrong('format', 'Expected json or ndjson: events are no CSV');
    if (kind === 'contacts' && format === 'json') wrong('format', 'Expected csv or ndjson (one object a line)');
    if (kind === 'engagements' && map !== undefined) wrong('map', 'Events have no columns: leave it out');
    if (kind === 'engagements' && fire) wrong('fire', 'History never fires a rule: leave it out');
  })
  .meta({ id: 'ImportWish' });

/** What is asked, apart from the file; without what was left out. */
export function wishOf({ format, sha256, delimiter, map, dryRun, fire }: z.output<typeof importAsked>): ImportWish {
  return {
    format,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(map === undefined ? {} : { map }),
    ...(dryRun ? { dryRun } : {}),
    ...(fire ? { fire } : {}),
  };
}

export const offsetAsked = z.strictObject({
  offset: whole(0, LARGEST_FILE).default(0).describe('Byte of the file that this body begins with.'),
});

export const importsAsked = z.strictObject({ limit: whole(1, 200).default(50).describe('Most to show.') });

const columnShown = z.object({
  column: z.string(),
  field: z.string().nullable().describe('What it is taken for; null: left out.'),
  guessed: z.boolean(),
});

export const importShown = z
  .object({
    id,
    kind: z.enum(IMPORT_KINDS),
    source: id.nullable(),
    format: z.enum(FILE_FORMATS),
    dryRun: z.boolean(),
    fire: z.boolean(),
    state: z
      .enum(['receiving', 'waiting', 'running', 'finished', 'failed'])
      .describe('receiving: the file is not whole yet. waiting: it is, and is soon begun.'),
    size: z.int(),
    received: z.int().describe('Bytes of the file that are here: the next ones go to this offset.'),
    rows: z.int().describe('Rows that are done with.'),
    inputs: z.int().describe('Writes or engagements they gave.'),
    changed: z.int().describe('Those that changed a contact.'),
    unchanged: z.int().describe('Those that said what was known.'),
    rejected: z.int().describe('Rows that were not taken; `GET /v1/imports/{id}/rejects` has them with their reasons.'),
    columns: z.array(columnShown).nullable(),
    samples: z.array(anyJson).describe('What the first rows are read as.'),
    error: z.string().nullable().describe('Why it failed, and the cure.'),
    createdAt: time,
    updatedAt: time,
    finishedAt: time.nullable(),
  })
  .meta({ id: 'Import' });

export const importsShown = z.object({ items: z.array(importShown) });

export function showImport(one: Import): z.infer<typeof importShown> {
  const { wish, about, counts } = one;
  return {
    id: one.id,
    kind: one.kind,
    source: one.sourceId,
    format: wish.format,
    dryRun: wish.dryRun ?? false,
    fire: wish.fire ?? false,
    state: one.state,
    size: one.size,
    received: one.received,
    ...counts,
    columns: about.columns?.map((column) => ({ ...column })) ?? null,
    samples: [...(about.samples ?? [])],
    error: about.error ?? null,
    createdAt: iso(one.createdAt),
    updatedAt: iso(one.updatedAt),
    finishedAt: isoOrNull(one.finishedAt),
  };
}
