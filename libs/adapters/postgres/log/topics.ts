/** Topics of the Postgres log: made once with a number of partitions that never changes. */
import type { Pool } from 'pg';
import { generationOf, laneOf, TOPICS } from '#contracts/topics.js';
import { bind, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';

export interface Topic {
  readonly id: number;
  readonly name: string;
  readonly partitions: number;
  /** Generation whose lanes are this topic's partitions, when it is read from the event store; else null. */
  readonly lanesOf: number | null;
}

/** `contact-events.gN` is the event store itself, read by lane: nothing is copied. */
function lanesOf(name: string): number | null {
  return name.startsWith(`${TOPICS.contactEvents.name}.`) ? generationOf(name) : null;
}

/** Makes the topic with its heads, or checks it: rejects when it has another number of partitions, saying which. */
export async function createTopic(pool: Pool, name: string, partitions: number): Promise<Topic> {
  generationOf(name);
  return inTransaction(pool, async (tx) => {
    await tx.query('insert into log.topic (name, partitions) values ($1, $2) on conflict (name) do nothing', [
      name,
      partitions,
    ]);
    const { rows } = await tx.query('select id, partitions from log.topic where name = $1', [name]);
    const known: { id: number; partitions: number } = rows[0];
    if (known.partitions !== partitions) {
      throw new Error(
        `topic ${name} was made with ${known.partitions} partitions and ${partitions} are set: the number never changes, ` +
          `because it decides where a contact's inputs go. Set ${known.partitions} again, or start a new generation.`,
      );
    }
    const lanes = lanesOf(name);
    if (lanes === null) {
      await tx.query(
        `insert into log.head (topic, partition) select $1, generate_series(0, $2 - 1) on conflict do nothing`,
        [name, partitions],
      );
    } else {
      await tx.query(
        `insert into engine.lane_head (lane) select generate_series($1::int, $2::int) on conflict do nothing`,
        [laneOf(lanes, 0), laneOf(lanes, partitions - 1)],
      );
    }
    return { id: known.id, name, partitions, lanesOf: lanes };
  });
}

const SEAL = statement(
  'log.head.seal',
  `
with own as materialized (
  select partition from log.head where topic = $1 order by partition for update
), sealed as (
  update log.head h set sealed = true from own where h.topic = $1 and h.partition = own.partition returning h.partition, h.next
)
select next from sealed order by partition`,
);

/** Nothing gets into the topic from here on; answers where each partition ends. Waits for appends under way. */
export async function sealTopic(pool: Pool, name: string): Promise<readonly number[]> {
  return (await query<{ next: number }>(pool, bind(SEAL, [name]))).rows.map(({ next }) => next);
}

/** All topics there are, by name. */
export async function loadTopics(pool: Pool): Promise<ReadonlyMap<string, Topic>> {
  const { rows } = await query<Omit<Topic, 'lanesOf'> & Record<string, unknown>>(
    pool,
    'select id, name, partitions from log.topic',
  );
  return new Map(rows.map((row) => [row.name, { ...row, lanesOf: lanesOf(row.name) }]));
}
