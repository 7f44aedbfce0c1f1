/** Rules that keep failing, as the projection has counted them. */
import type { Pool } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

export interface FailingRule {
  readonly workspaceId: Uuid;
  readonly rule: string;
  readonly version: number;
  /** On that day. */
  readonly failed: number;
  readonly fired: number;
  /** Number of the publication since which this version is in force without a break. */
  readonly since: number;
  /** It was taken out of force before, and came back on that day: the day's counts are partly of before. */
  readonly cameBack: boolean;
}

// Only the version published last counts: one that was replaced has had its answer.
const FAILING = statement(
  'registry.rule.failing',
  `select d.workspace_id as "workspaceId", d.rule, d.version, d.failed, d.fired, start.number as since,
  start.created_at >= d.day::timestamp at time zone 'UTC' and exists (
    select from registry.publication p where p.workspace_id = d.workspace_id and p.number < start.number and p.rules @> it.self
  ) as "cameBack"
from read.rule_daily d
cross join lateral (select jsonb_build_array(jsonb_build_object('rule', d.rule, 'version', d.version)) as self) it
cross join lateral (
  select p.rules from registry.publication p where p.workspace_id = d.workspace_id order by p.number desc limit 1
) latest
cross join lateral (
  select p.number, p.created_at from registry.publication p
  where p.workspace_id = d.workspace_id and p.number > (
    select coalesce(max(without.number), 0) from registry.publication without
    where without.workspace_id = d.workspace_id and not without.rules @> it.self)
  order by p.number limit 1
) start
where d.day >= $1::date and d.failed >= $2 and d.failed > d.fired and latest.rules @> it.self
order by d.workspace_id, d.rule`,
);

/** Rules in force of any workspace with `atLeast` failures, and more failures than firings, on one day since `since` (milliseconds). */
export async function failingRules(pool: Pool, since: number, atLeast: number): Promise<readonly FailingRule[]> {
  const day = new Date(since).toISOString().slice(0, 10);
  const { rows } = await query<FailingRule & Record<string, unknown>>(pool, bind(FAILING, [day, atLeast]));
  return rows;
}
