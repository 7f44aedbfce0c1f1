/** Rules that keep failing, as the projection has counted them. */
import type { Pool } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

export interface FailingRule {
  readonly workspaceId: Uuid;
  readonly rule: string;
  readonly version: number;
  readonly failed: number;
}

// Only the version published last counts: one that was replaced has had its answer.
const FAILING = statement(
  'registry.rule.failing',
  `select d.workspace_id as "workspaceId", d.rule, d.version, d.failed
from read.rule_daily d
join lateral (
  select p.rules from registry.publication p where p.workspace_id = d.workspace_id order by p.number desc limit 1
) latest on true
where d.day >= $1::date and d.failed >= $2 and d.failed > d.fired
  and latest.rules @> jsonb_build_array(jsonb_build_object('rule', d.rule, 'version', d.version))
order by d.workspace_id, d.rule`,
);

/** Rules in force of any workspace with `atLeast` failures, and more failures than firings, on one day since `since` (milliseconds). */
export async function failingRules(pool: Pool, since: number, atLeast: number): Promise<readonly FailingRule[]> {
  const day = new Date(since).toISOString().slice(0, 10);
  const { rows } = await query<FailingRule & Record<string, unknown>>(pool, bind(FAILING, [day, atLeast]));
  return rows;
}
