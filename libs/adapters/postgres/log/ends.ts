/** Where the partitions end, from their head rows. */
import type { Pool } from 'pg';
import { laneOf } from '#contracts/topics.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';
import type { Topic } from './topics.js';

const HEADS = statement('log.head.list', 'select topic, partition, next from log.head where topic = any ($1::text[])');
const LANES = statement(
  'engine.lane_head.list',
  'select lane, next from engine.lane_head where lane between $1 and $2',
);

/** Per topic and partition the position after its last record. Rejects with WorldError. */
export async function endsOf(pool: Pool, topics: readonly Topic[]): Promise<ReadonlyMap<string, readonly number[]>> {
  const ends = new Map(topics.map((topic) => [topic.name, new Array<number>(topic.partitions).fill(0)]));
  const own = topics.filter((topic) => topic.lanesOf === null).map((topic) => topic.name);
  if (own.length > 0) {
    const { rows } = await query<{ topic: string; partition: number; next: number }>(pool, bind(HEADS, [own]));
    for (const row of rows) put(ends.get(row.topic), row.partition, row.next);
  }
  for (const { name, lanesOf, partitions } of topics) {
    if (lanesOf === null) continue;
    const [first, last] = [laneOf(lanesOf, 0), laneOf(lanesOf, partitions - 1)];
    const { rows } = await query<{ lane: number; next: number }>(pool, bind(LANES, [first, last]));
    for (const row of rows) put(ends.get(name), row.lane - first, row.next);
  }
  return ends;
}

function put(ends: number[] | undefined, partition: number, next: number): void {
  if (ends) ends[partition] = next;
}
