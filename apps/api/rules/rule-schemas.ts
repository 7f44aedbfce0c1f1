/** Rules over HTTP: files in, versions and counts out. */
import { z } from 'zod';
import { SUSPENDED } from '#engine/publishing/suspension.js';
import { time } from '../openapi/fields.js';

const LARGEST_FILE = 200_000;
const MOST_FILES = 2_000;

export const files = z
  .record(z.string().min(1).max(300), z.string().max(LARGEST_FILE))
  .refine((all) => Object.keys(all).length <= MOST_FILES, `At most ${MOST_FILES} files`)
  .describe(
    'Text by path below the directory: rules/NAME.yaml, templates/NAME.md, sequences/NAME.yaml, segments/NAME.yaml, attributes.yaml, teams.yaml.',
  );

export const checkAsked = z
  .strictObject({
    files,
    reach: z
      .boolean()
      .default(false)
      .describe('Say also on how many contacts each rule that is not live so would act.'),
  })
  .meta({ id: 'RuleFiles' });

export const confirm = z
  .boolean()
  .default(false)
  .describe('Publish also what would act on a large share of all contacts within a day.');

/** Suspensions are told by their author's words: nobody else may write as one. */
export const author = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine(
    (name) => !name.startsWith(SUSPENDED),
    `Begins with “${SUSPENDED.trim()}”, as suspensions alone do; give the name of a person or a tool.`,
  )
  .optional()
  .describe('Who writes or publishes; the name of the key when left out.');

export const publishAsked = z
  .strictObject({
    files,
    note: z.string().max(2000).optional(),
    author,
    confirm,
    retireMissing: z.boolean().default(false).describe('Retire published rules that no file has.'),
  })
  .meta({ id: 'RulePublication' });

export const rollbackAsked = z
  .strictObject({ version: z.int().min(1).nullable().describe('The version to return to; null retires the rule.') })
  .meta({ id: 'RuleRollback' });

export const ruleProblem = z
  .object({ file: z.string(), line: z.int(), column: z.int(), problem: z.string(), cure: z.string() })
  .meta({ id: 'RuleProblem' });

export const reachShown = z
  .object({
    rule: z.string(),
    contacts: z.int().describe('Contacts that it would act on within its busiest day of 30.'),
    of: z.int().describe('Contacts of the workspace.'),
    day: z.string().nullable().describe('That day, YYYY-MM-DD in UTC; null: none.'),
    sampled: z.int().describe('Contacts that it was tried on; fewer than all make `contacts` an estimate.'),
    confirm: z.boolean().describe('Publishing it has to be confirmed.'),
  })
  .meta({ id: 'RuleReach' });

export const checkShown = z.object({
  ok: z.boolean(),
  rules: z.array(z.string()).describe('Names of the rules that are good.'),
  problems: z.array(ruleProblem),
  reach: z.array(reachShown).describe('Empty unless it was asked for, and with any problem.'),
});

export const publishedShown = z
  .object({
    outcome: z.enum(['published', 'unchanged']),
    number: z.int().nullable().describe('Number of the publication in force; null where nothing was ever published.'),
    changes: z.array(z.object({ rule: z.string(), version: z.int().nullable(), before: z.int().nullable() })),
    inForce: z.int().describe('Partitions that have it in force …'),
    of: z.int().describe('… of so many.'),
  })
  .meta({ id: 'Published' });

export const versionShown = z.object({
  version: z.int(),
  author: z.string().nullable(),
  note: z.string().nullable(),
  createdAt: time,
  hash: z.string(),
});

export const countsShown = z.object({
  fired: z.int(),
  held: z.record(z.string(), z.int()).describe('By reason.'),
  failed: z.int(),
  effects: z.int(),
});

export const suspendedShown = z
  .object({
    version: z.int().describe('The version that failed.'),
    since: time,
    failures: z.int().describe('On the day of the suspension (UTC), until then.'),
    reason: z
      .string()
      .nullable()
      .describe('What the last failure was of, without personal data; null where it is not on record.'),
    cure: z.string().describe('What puts the rule in force again.'),
  })
  .meta({ id: 'RuleSuspension' });

export const ruleShown = z
  .object({
    name: z.string(),
    state: z.enum(['published', 'retired', 'suspended']),
    version: z.int().nullable().describe('The version published last; null: retired or suspended.'),
    suspended: suspendedShown.nullable().describe('Null unless `state` is `suspended`.'),
    description: z.string().nullable(),
    on: z.string().nullable(),
    yaml: z.string().nullable(),
    versions: z.array(versionShown).describe('Newest first.'),
    counts: countsShown.describe('Of the last 30 days, all versions.'),
  })
  .meta({ id: 'Rule' });

export const rulesShown = z.object({
  number: z.int().nullable().describe('Number of the publication; null where nothing was ever published.'),
  inForce: z.int().describe('Partitions that have it in force …'),
  of: z.int().describe('… of so many.'),
  items: z.array(ruleShown),
});
