/** How far each consumer is behind: checkpoints against the ends of the log in Postgres. Of the whole engine, not of a workspace. */
import type { Pool } from '../../pool.js';
import { bind, statement } from '../../statement.js';
import { query } from '../../transaction.js';

export interface LagRow {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly next: number;
  readonly end: number;
  /** Records. */
  readonly lag: number;
  /** Who holds the lease now. */
  readonly owner: string | null;
}

// Where a lane is a partition of contact-events, its head is in engine.lane_head: 4,096 lanes a generation (contracts/topics.ts).
const LAG = statement(
  'log.checkpoint.lag',
  `select c.consumer_group as "group", c.topic, c.partition, c.next, greatest(coalesce(h.next, l.next, 0), c.next) as "end",
  greatest(coalesce(h.next, l.next, 0) - c.next, 0) as lag,
  case when c.leased_until > clock_timestamp() then c.owner end as owner
from log.checkpoint c
left join log.head h on h.topic = c.topic and h.partition = c.partition
left join engine.lane_head l on c.topic = 'contact-events.g' || (l.lane / 4096) and c.partition = l.lane % 4096
order by 1, 2, 3`,
);

/** By group, topic and partition. With Kafka, ask the log's own status instead. */
export async function lag(pool: Pool): Promise<readonly LagRow[]> {
  return (await query<LagRow>(pool, bind(LAG, []))).rows;
}
