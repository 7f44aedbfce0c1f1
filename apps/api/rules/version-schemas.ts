/** Versions, drafts and differences of rules over HTTP. */
import { z } from 'zod';
import type { RuleDraft } from '#adapters/postgres/rules/drafts.js';
import type { WholeVersion } from '#adapters/postgres/rules/rule-versions.js';
import type { RuleVersionRow } from '#adapters/postgres/rules/versions.js';
import { NAME } from '#domain/rules/vocabulary.js';
import { iso, time } from '../openapi/fields.js';
import type { DraftShown } from './draft-desk.js';
import { author, confirm, files, ruleProblem, versionShown } from './rule-schemas.js';

export const ruleName = z.string().regex(NAME, 'Expected the name of a rule such as hot-lead');

const LARGEST = 64 * 1024;
export const templates = z
  .record(z.string().regex(NAME, 'Expected the name of a template'), z.string().max(LARGEST))
  .describe('Text of templates by name; those of rules in force need not be repeated.');

export const draftWanted = z
  .strictObject({
    yaml: z.string().min(1).max(LARGEST).describe('The rule as a file would hold it; it may have problems.'),
    templates: templates.default({}),
    author,
  })
  .meta({ id: 'RuleDraftWanted' });

export const draftShown = z
  .object({
    rule: z.string(),
    revision: z.int().describe('The ETag; rises with each change.'),
    yaml: z.string(),
    templates,
    basedOn: z.int().nullable().describe('Version that was published when it was written; null: none.'),
    author: z.string(),
    changedAt: time,
    problems: z.array(ruleProblem).describe('None: it can be published.'),
  })
  .meta({ id: 'RuleDraft' });

export const draftsShown = z.object({
  items: z.array(z.object({ rule: z.string(), revision: z.int(), author: z.string(), changedAt: time })),
});

export const draftPublication = z
  .strictObject({
    confirm,
    note: z.string().max(2000).optional(),
    author,
  })
  .meta({ id: 'RuleDraftPublication' });

export const wholeVersion = versionShown
  .extend({ yaml: z.string(), templates, attributes: z.record(z.string(), z.string()) })
  .meta({ id: 'RuleVersion' });

export const versionsShown = z.object({
  live: z.int().nullable().describe('The version published last; null: retired.'),
  items: z.array(versionShown).describe('Newest first.'),
});

const side = z
  .union([z.enum(['live', 'draft']), z.coerce.number().int().min(1).max(1e9)], 'Expected a version, live or draft')
  .describe('A version, `live` (published last), or `draft`.');

export const diffAsked = z.strictObject({ from: side.default('live'), to: side.default('draft') });

const difference = {
  words: z.array(z.string()).describe('What differs, in plain words.'),
  lines: z
    .array(z.object({ sign: z.enum([' ', '-', '+']), text: z.string() }))
    .describe('Of the YAML, line by line: kept, gone, new.'),
};

export const diffShown = z.object(difference).meta({ id: 'RuleDiff' });

export const filesAsked = z.strictObject({ files }).meta({ id: 'RuleFilesCompared' });

export const filesDiffShown = z
  .object({
    same: z.boolean().describe('What is live is what the files say.'),
    problems: z.array(ruleProblem),
    changes: z.array(
      z.object({
        rule: z.string(),
        change: z.enum(['added', 'changed', 'unlisted']).describe('`unlisted`: it is live, and no file has it.'),
        live: z.int().nullable(),
        ...difference,
      }),
    ),
  })
  .meta({ id: 'RuleFilesDiff' });

export function showVersion({ version, author, note, createdAt, hash }: RuleVersionRow): z.infer<typeof versionShown> {
  return { version, author, note, createdAt: iso(createdAt), hash };
}

export function showWhole(row: WholeVersion): z.infer<typeof wholeVersion> {
  const { yaml, templates, attributes } = row;
  return { ...showVersion(row), yaml, templates: { ...templates }, attributes: { ...attributes } };
}

export function showDraft({ changedAt, templates, problems, ...draft }: DraftShown): z.infer<typeof draftShown> {
  return { ...draft, templates: { ...templates }, changedAt: iso(changedAt), problems: [...problems] };
}

export function showDraftHead({ rule, revision, author, changedAt }: RuleDraft) {
  return { rule, revision, author, changedAt: iso(changedAt) };
}
