/** Drafts of rules, each with a revision: who writes over what somebody else has changed meanwhile is told. */
import type { Uuid } from '#contracts/ids.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';

/** Times in milliseconds. */
export interface RuleDraft {
  readonly rule: string;
  readonly revision: number;
  readonly yaml: string;
  /** Those it brings along, by name. */
  readonly templates: { readonly [name: string]: string };
  /** Version it was begun from; null: a new rule. */
  readonly basedOn: number | null;
  readonly author: string;
  readonly changedAt: number;
}

/** One that has ended: its revision alone still counts. */
interface Row extends RuleDraft, Record<string, unknown> {
  readonly ended: boolean;
}

export interface DraftWritten extends Pick<RuleDraft, 'yaml' | 'templates' | 'basedOn' | 'author'> {
  readonly at: number;
}

const COLUMNS = `rule, revision, yaml, templates, based_on as "basedOn", author, changed_at as "changedAt"`;

const LIST = statement(
  'registry.rule_draft.list',
  `select ${COLUMNS} from registry.rule_draft where workspace_id = $1 and ended_at is null order by rule`,
);
const FIND = statement(
  'registry.rule_draft.find',
  `select ${COLUMNS} from registry.rule_draft where workspace_id = $1 and rule = $2 and ended_at is null`,
);
const LOCK = statement(
  'registry.rule_draft.lock',
  `select ${COLUMNS}, ended_at is not null as ended from registry.rule_draft
where workspace_id = $1 and rule = $2 for update`,
);
// Two who begin the same draft at once: the second finds the first's row and is asked again.
const CREATE = statement(
  'registry.rule_draft.insert',
  `insert into registry.rule_draft (workspace_id, rule, revision, yaml, templates, based_on, author, changed_at)
values ($1, $2, 1, $3, $4, $5, $6, to_timestamp($7::double precision / 1000)) on conflict do nothing returning ${COLUMNS}`,
);
const CHANGE = statement(
  'registry.rule_draft.update',
  `update registry.rule_draft set revision = revision + 1, yaml = $3, templates = $4, based_on = $5, author = $6,
  changed_at = to_timestamp($7::double precision / 1000), ended_at = null
where workspace_id = $1 and rule = $2 returning ${COLUMNS}`,
);
const END = statement(
  'registry.rule_draft.end',
  `update registry.rule_draft set revision = revision + 1, ended_at = to_timestamp($4::double precision / 1000)
where workspace_id = $1 and rule = $2 and revision = $3 and ended_at is null`,
);

export async function listDrafts(pool: Pool, workspaceId: Uuid): Promise<readonly RuleDraft[]> {
  return (await query<RuleDraft & Record<string, unknown>>(pool, bind(LIST, [workspaceId]))).rows;
}

export async function findDraft(pool: Pool, workspaceId: Uuid, rule: string): Promise<RuleDraft | null> {
  const { rows } = await query<RuleDraft & Record<string, unknown>>(pool, bind(FIND, [workspaceId, rule]));
  return rows[0] ?? null;
}

/** `check`: of what is there, null where there is none; throws to leave it. */
export function writeDraft(
  pool: Pool,
  workspaceId: Uuid,
  rule: string,
  { yaml, templates, basedOn, author, at }: DraftWritten,
  check: (before: RuleDraft | null) => void,
): Promise<RuleDraft> {
  const values = [workspaceId, rule, yaml, JSON.stringify(templates), basedOn, author, at];
  return inTransaction(pool, async (tx) => {
    for (;;) {
      const [before] = (await query<Row>(tx, bind(LOCK, [workspaceId, rule]))).rows;
      check(before === undefined || before.ended ? null : draftOf(before));
      const { rows } = await query<Row>(tx, bind(before === undefined ? CREATE : CHANGE, values));
      if (rows[0]) return draftOf(rows[0]);
    }
  });
}

/** Ends the draft of that revision. False: it was changed meanwhile, or is gone. */
export async function endDraft(
  pool: Pool,
  workspaceId: Uuid,
  rule: string,
  revision: number,
  at: number,
): Promise<boolean> {
  const { rowCount } = await query(pool, bind(END, [workspaceId, rule, revision, at]));
  return rowCount === 1;
}

function draftOf({ rule, revision, yaml, templates, basedOn, author, changedAt }: Row): RuleDraft {
  return { rule, revision, yaml, templates, basedOn, author, changedAt };
}
