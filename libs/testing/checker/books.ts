/**
 * Whether the books balance at this very moment (engine.md 4.16), while all goes on: of what the consumers have read by their own
 * checkpoints each engagement has ended in exactly one way, and as many were accepted as the deliveries told of.
 */
import type pg from 'pg';

/** How far the consumers that keep the books have read. */
export interface Reached {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly next: number;
}

export interface BooksNow {
  readonly reached: readonly Reached[];
  readonly accepted: number;
  /** Applied, duplicate, too late or parked. */
  readonly ended: number;
}

/** What the log holds below these places. */
export interface Counted {
  readonly accepted: number;
  readonly ended: number;
}

// One statement: one moment.
const NOW = `
select coalesce(sum(accepted), 0)::float8 as accepted,
  coalesce(sum(applied + duplicate + too_late + parked), 0)::float8 as ended,
  (select coalesce(json_agg(json_build_object(
    'group', consumer_group, 'topic', topic, 'partition', partition, 'next', next)), '[]')
   from log.checkpoint where consumer_group in ('rules', 'deliveries')) as reached
from engine.books where workspace_id = $1`;

export async function booksNow(client: pg.Client, workspaceId: string): Promise<BooksNow> {
  return (await client.query<BooksNow>(NOW, [workspaceId])).rows[0] as BooksNow;
}

/** What does not balance, one sentence each. */
export function unbalanced({ accepted, ended }: BooksNow, log: Counted): readonly string[] {
  const compared: readonly [string, number, number][] = [
    ['ended', ended, log.ended],
    ['were accepted', accepted, log.accepted],
  ];
  return compared
    .filter(([, books, read]) => books !== read)
    .map(([what, books, read]) => `the books say that ${books} engagements ${what}; ${read} were read`);
}
