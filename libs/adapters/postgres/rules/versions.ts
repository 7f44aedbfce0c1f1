/** Every version of every rule of a workspace, as people look through them. */
import type { Uuid } from '#contracts/ids.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

/** Times in milliseconds. */
export interface RuleVersionRow {
  readonly rule: string;
  readonly version: number;
  readonly hash: string;
  readonly yaml: string;
  readonly author: string | null;
  readonly note: string | null;
  readonly createdAt: number;
}

const LIST = statement(
  'registry.rule_version.list',
  `select rule, version, hash, yaml, author, note, created_at as "createdAt" from registry.rule_version
where workspace_id = $1 order by rule, version desc`,
);

/** By rule, newest version first. */
export async function listRuleVersions(pool: Pool, workspaceId: Uuid): Promise<readonly RuleVersionRow[]> {
  const { rows } = await query<RuleVersionRow>(pool, bind(LIST, [workspaceId]));
  return rows;
}
