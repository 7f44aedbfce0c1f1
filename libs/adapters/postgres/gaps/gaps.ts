/** Gaps of sources as they were found, until somebody settles them. */
import type { Uuid } from '#contracts/ids.js';
import type { SourceGap } from '#engine/gaps/gap.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

/** A source that is watched. Times in milliseconds. */
export interface WatchedSource {
  readonly workspaceId: Uuid;
  readonly workspace: string;
  readonly sourceId: Uuid;
  readonly name: string;
  readonly provider: string;
  readonly createdAt: number;
}

/** A gap with its source's name and provider, as people are told. */
export interface KnownGap extends SourceGap {
  readonly workspace: string;
  readonly source: string;
  readonly provider: string;
  readonly foundAt: number;
  readonly settledAt: number | null;
}

const WATCHED = statement(
  'registry.source.watched',
  `select s.workspace_id as "workspaceId", w.name as workspace, s.id as "sourceId", s.name, s.provider, s.created_at as "createdAt"
from registry.source s join registry.workspace w on w.id = s.workspace_id
where s.state = 'active' order by s.workspace_id, s.id`,
);
const FOUND = statement(
  'engine.source_gap.found',
  `insert into engine.source_gap (workspace_id, source_id, kind, from_at, to_at, found_at) values ($1, $2, $3, $4, $5, $6)
on conflict do nothing returning 1`,
);
const CLOSE = statement(
  'engine.source_gap.close',
  `update engine.source_gap set to_at = $4
where workspace_id = $1 and source_id = $2 and kind = 'silence' and to_at is null and from_at = $3`,
);
const COLUMNS = `g.workspace_id as "workspaceId", g.source_id as "sourceId", g.kind, g.from_at as "from", g.to_at as "to", g.found_at as "foundAt",
  g.settled_at as "settledAt", w.name as workspace, s.name as source, s.provider`;
const JOINED = `engine.source_gap g
join registry.source s on s.workspace_id = g.workspace_id and s.id = g.source_id and s.state <> 'deleted'
join registry.workspace w on w.id = g.workspace_id`;
const OPEN = statement(
  'engine.source_gap.open',
  `select g.from_at as "from" from engine.source_gap g
where g.workspace_id = $1 and g.source_id = $2 and g.kind = 'silence' and g.to_at is null`,
);
const UNSETTLED = statement(
  'engine.source_gap.unsettled',
  `select ${COLUMNS} from ${JOINED} where g.settled_at is null and g.found_at >= $1 order by g.found_at desc limit $2`,
);
const OF_SOURCE = statement(
  'engine.source_gap.of_source',
  `select ${COLUMNS} from ${JOINED} where g.workspace_id = $1 and g.source_id = $2 order by g.from_at desc limit $3`,
);
// An outage that turned out to be none leaves none.
const DISPROVED = statement(
  'engine.source_gap.disproved',
  `delete from engine.source_gap g
where g.kind = 'outage' and not exists (select from engine.ingest_outage o where o.from_at = g.from_at)`,
);
const SETTLE = statement(
  'engine.source_gap.settle',
  `update engine.source_gap set settled_at = $3
where workspace_id = $1 and source_id = $2 and settled_at is null and to_at is not null`,
);

/** Of all workspaces. */
export async function watchedSources(pool: Pool): Promise<readonly WatchedSource[]> {
  return (await query<WatchedSource & Record<string, unknown>>(pool, bind(WATCHED, []))).rows;
}

/** False when it was known. */
export async function recordGap(
  pool: Pool,
  { workspaceId, sourceId, kind, from, to }: SourceGap,
  foundAt: number,
): Promise<boolean> {
  const times = [new Date(from), to === null ? null : new Date(to), new Date(foundAt)];
  return (await query(pool, bind(FOUND, [workspaceId, sourceId, kind, ...times]))).rowCount === 1;
}

/** Removes those of outages that were none: a process was there, and could only not say so. */
export async function dropDisproved(pool: Pool): Promise<void> {
  await query(pool, bind(DISPROVED, []));
}

/** Where a silence that lasts began, milliseconds; null when none does. */
export async function openSilence(pool: Pool, workspaceId: Uuid, sourceId: Uuid): Promise<number | null> {
  const { rows } = await query<{ from: number }>(pool, bind(OPEN, [workspaceId, sourceId]));
  return rows[0]?.from ?? null;
}

export async function endSilence(
  pool: Pool,
  workspaceId: Uuid,
  sourceId: Uuid,
  from: number,
  to: number,
): Promise<void> {
  await query(pool, bind(CLOSE, [workspaceId, sourceId, new Date(from), new Date(to)]));
}

/** Of all workspaces, found since then (milliseconds), newest first. */
export async function unsettledGaps(pool: Pool, since: number, limit: number): Promise<readonly KnownGap[]> {
  return (await query<KnownGap & Record<string, unknown>>(pool, bind(UNSETTLED, [new Date(since), limit]))).rows;
}

/** Newest first. */
export async function gapsOf(
  pool: Pool,
  workspaceId: Uuid,
  sourceId: Uuid,
  limit: number,
): Promise<readonly KnownGap[]> {
  return (await query<KnownGap & Record<string, unknown>>(pool, bind(OF_SOURCE, [workspaceId, sourceId, limit]))).rows;
}

/** Those that are over: filled, or nothing to fill. One that lasts goes on alarming. Answers how many. */
export async function settleGaps(pool: Pool, workspaceId: Uuid, sourceId: Uuid, at: number): Promise<number> {
  return (await query(pool, bind(SETTLE, [workspaceId, sourceId, new Date(at)]))).rowCount ?? 0;
}
