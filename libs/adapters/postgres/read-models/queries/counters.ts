/** Sums of the read counters: what rules did, what sources sent. */
import type { Uuid } from '#contracts/ids.js';
import type { Pool } from '../../pool.js';
import { bind, statement } from '../../statement.js';
import { query } from '../../transaction.js';

/** One measure (`fired`, `failed`, `effects`, `held:REASON`) of one version of a rule. */
export interface RuleSum {
  readonly rule: string;
  readonly version: number;
  readonly measure: string;
  readonly count: number;
}

export interface SourceSum {
  readonly sourceId: Uuid;
  readonly type: string;
  readonly count: number;
}

const RULES = statement(
  'read.rule_counter.sums',
  `select rule, version, measure, sum(count)::bigint as count from read.rule_counter
where workspace_id = $1 and day >= $2::date
group by rule, version, measure
order by rule, version, measure`,
);
const SOURCES = statement(
  'read.source_counter.sums',
  `select source_id as "sourceId", type, sum(count)::bigint as count from read.source_counter
where workspace_id = $1 and source_id = any($2::uuid[]) and hour >= $3
group by source_id, type
order by source_id, count desc, type`,
);

/** `since`: first day, YYYY-MM-DD in UTC. */
export async function ruleSums(pool: Pool, workspaceId: Uuid, since: string): Promise<readonly RuleSum[]> {
  const { rows } = await query<RuleSum>(pool, bind(RULES, [workspaceId, since]));
  return rows;
}

/** `since`: milliseconds. */
export async function sourceSums(
  pool: Pool,
  workspaceId: Uuid,
  sourceIds: readonly Uuid[],
  since: number,
): Promise<readonly SourceSum[]> {
  const { rows } = await query<SourceSum>(pool, bind(SOURCES, [workspaceId, [...sourceIds], new Date(since)]));
  return rows;
}

/** How often a rule fired on a day (YYYY-MM-DD, UTC). */
export interface RuleDay {
  readonly rule: string;
  readonly day: string;
  readonly fired: number;
}

/** Engagements that a source sent in an hour (milliseconds of its start). */
export interface SourceHour {
  readonly sourceId: Uuid;
  readonly hour: number;
  readonly count: number;
}

const RULE_DAYS = statement(
  'read.rule_counter.days',
  `select rule, day, sum(count)::bigint as fired from read.rule_counter
where workspace_id = $1 and day >= $2::date and measure = 'fired'
group by rule, day`,
);
const SOURCE_HOURS = statement(
  'read.source_counter.hours',
  `select source_id as "sourceId", hour, sum(count)::bigint as count from read.source_counter
where workspace_id = $1 and source_id = any($2::uuid[]) and hour >= $3 and not imported
group by source_id, hour`,
);

/** `since`: first day, YYYY-MM-DD in UTC. Days without a firing have no row. */
export async function ruleDays(pool: Pool, workspaceId: Uuid, since: string): Promise<readonly RuleDay[]> {
  const { rows } = await query<RuleDay>(pool, bind(RULE_DAYS, [workspaceId, since]));
  return rows;
}

/** `since`: milliseconds. Hours without an engagement have no row; what a file brought in is none of the source's. */
export async function sourceHours(
  pool: Pool,
  workspaceId: Uuid,
  sourceIds: readonly Uuid[],
  since: number,
): Promise<readonly SourceHour[]> {
  const { rows } = await query<SourceHour>(pool, bind(SOURCE_HOURS, [workspaceId, [...sourceIds], new Date(since)]));
  return rows;
}
