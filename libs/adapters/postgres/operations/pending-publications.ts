/** Publications that some partition has not taken into force yet. */
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

export interface PendingPublication {
  /** Name of the workspace. */
  readonly workspace: string;
  readonly number: number;
  /** Partitions that have it in force. */
  readonly partitions: number;
  /** Milliseconds. */
  readonly publishedAt: number;
}

const PENDING = statement(
  'registry.publication.pending',
  `select w.name as workspace, p.number, p.created_at as "publishedAt", coalesce(a.partitions, 0)::integer as partitions
from registry.workspace w
cross join lateral (
  select number, created_at from registry.publication where workspace_id = w.id order by number desc limit 1
) p
cross join lateral (
  select count(distinct partition) as partitions from registry.rule_activation
  where workspace_id = w.id and topic = $1 and number >= p.number
) a
where a.partitions < $2
order by w.name`,
);

/** The newest publication of each workspace, where it is in force on fewer than `of` partitions of the topic. */
export async function pendingPublications(
  pool: Pool,
  topic: string,
  of: number,
): Promise<readonly PendingPublication[]> {
  const { rows } = await query<PendingPublication>(pool, bind(PENDING, [topic, of]));
  return rows;
}
