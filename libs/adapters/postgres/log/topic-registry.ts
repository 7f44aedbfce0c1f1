/** Topics of the Kafka log on record in Postgres: partitions as for the Postgres log, and the cluster's own id of each. */
import type { Pool } from 'pg';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';
import { createTopic } from './topics.js';

// The first id seen stays: a later one is that of a topic made anew.
const IDENTIFY = statement(
  'log.topic.identify',
  'update log.topic set identity = coalesce(identity, $2) where name = $1 returning identity',
);

export class PostgresTopicRegistry {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Rejects with the reason when another number of partitions is on record, with WorldError when the database is away. */
  async record(
    name: string,
    partitions: number,
    identity: string | null,
  ): Promise<{ readonly partitions: number; readonly identity: string | null }> {
    await createTopic(this.#pool, name, partitions);
    const { rows } = await query<{ identity: string | null }>(this.#pool, bind(IDENTIFY, [name, identity]));
    return { partitions, identity: rows[0]?.identity ?? null };
  }
}
