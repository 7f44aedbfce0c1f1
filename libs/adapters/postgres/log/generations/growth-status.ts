/** How far a topic's growth has come, for whoever waits for it. */
import { TOPICS, topicOf } from '#contracts/topics.js';
import type { GenerationState } from '#engine/log/generations.js';
import type { Pool } from '../../pool.js';
import { bind, statement } from '../../statement.js';
import { query } from '../../transaction.js';
import { generationRows, growingOf, openOf } from './generation-table.js';

const LEFT = statement(
  'log.generation.left',
  `select coalesce(sum(greatest(e."end" - coalesce(c.next, 0), 0)), 0)::bigint as left
from log.generation_end e
left join log.checkpoint c on c.consumer_group = $2 and c.topic = e.topic and c.partition = e.partition
where e.topic = $1`,
);
const PARTITIONS = statement('log.topic.partitions', 'select partitions from log.topic where name = $1');

export interface GrowthStatus {
  /** The generation that is consumed, and its partitions; null before Afterclick was ever started. */
  readonly open: { readonly generation: number; readonly partitions: number } | null;
  /** The one on its way; null when none is. */
  readonly growing: {
    readonly generation: number;
    readonly partitions: number;
    readonly state: GenerationState;
    /** Records of the old generation that are not decided yet, once it is ended. */
    readonly left: number;
  } | null;
}

/** `rules`: consumer group of the rules service. */
export async function growthStatus(pool: Pool, rules = 'rules'): Promise<GrowthStatus> {
  const rows = await generationRows(pool);
  const generation = openOf(rows);
  const topic = topicOf(TOPICS.engagements.name, generation);
  const { rows: known } = await query<{ partitions: number }>(pool, bind(PARTITIONS, [topic]));
  const growing = growingOf(rows);
  const { rows: left } = await query<{ left: number }>(pool, bind(LEFT, [topic, rules]));
  return {
    open: known[0] ? { generation, partitions: known[0].partitions } : null,
    growing: growing && {
      generation: growing.generation,
      partitions: growing.partitions,
      state: growing.state,
      left: left[0]?.left ?? 0,
    },
  };
}
