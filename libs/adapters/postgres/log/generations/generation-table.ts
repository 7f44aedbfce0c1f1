/** Generations of `engagements` as they are on record. */
import type { Pool, PoolClient } from 'pg';
import type { GenerationState } from '#engine/log/generations.js';
import { bind, statement } from '../../statement.js';
import { query } from '../../transaction.js';

export interface GenerationRow {
  readonly generation: number;
  readonly partitions: number;
  readonly state: GenerationState;
  /** Milliseconds since it was announced, by the database's clock; null before. */
  readonly announcedMs: number | null;
}

const ALL = statement(
  'log.generation.all',
  `select generation, partitions, state, extract(epoch from clock_timestamp() - announced_at) * 1000 as "announcedMs"
from log.generation where name = 'engagements' order by generation`,
);
const WISH = statement(
  'log.generation.wish',
  `insert into log.generation (name, generation, partitions, state) values ('engagements', $1, $2, 'wished')`,
);
const MOVE = statement(
  'log.generation.move',
  `update log.generation
set state = $3, announced_at = case $3 when 'announced' then clock_timestamp() else announced_at end
where name = 'engagements' and generation = $1 and state = $2`,
);

/** After the first, oldest first. */
export async function generationRows(connection: Pool | PoolClient): Promise<readonly GenerationRow[]> {
  return (await query<GenerationRow & Record<string, unknown>>(connection, bind(ALL, []))).rows;
}

export async function insertWish(tx: PoolClient, generation: number, partitions: number): Promise<void> {
  await query(tx, bind(WISH, [generation, partitions]));
}

/** Does nothing when it is not at `from`: another process was first. */
export async function moveGeneration(
  tx: PoolClient,
  generation: number,
  from: GenerationState,
  to: GenerationState,
): Promise<void> {
  await query(tx, bind(MOVE, [generation, from, to]));
}

/** The newest that is consumed. */
export function openOf(rows: readonly GenerationRow[]): number {
  return rows.findLast(({ state }) => state === 'open')?.generation ?? 1;
}

/** The one that is on its way; null when none is. */
export function growingOf(rows: readonly GenerationRow[]): GenerationRow | null {
  return rows.find(({ state }) => state !== 'open') ?? null;
}
