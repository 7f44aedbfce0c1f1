/** The conformance harness of the Postgres log: a database of its own, whose connections can really be cut. */
import pg from 'pg';
import type { LogHarness } from '#engine/log/conformance/harness.js';
import { createPool } from '../pool.js';
import { inTransaction } from '../transaction.js';
import { PostgresLog } from './postgres-log.js';

interface Database {
  readonly url: string;
  readonly name: string;
  drop(): Promise<void>;
}

/** `database`: migrated and empty; the harness drops it at the end. */
export async function postgresHarness(database: Database): Promise<LogHarness> {
  const server = new URL(database.url);
  server.pathname = '/postgres';
  const admin = new pg.Client({ connectionString: server.href });
  await admin.connect();
  const pool = createPool(database.url, { role: 'harness', max: 5 });
  await pool.query('create table public.effect (n bigserial primary key, mark text not null)');
  let topics = 0;
  return {
    features: { atomicAppend: true, leases: true, retention: true },
    async open({ frozen = false, onFatal } = {}) {
      const log = await PostgresLog.open(database.url, {
        heartbeatMs: frozen ? 600_000 : 50,
        leaseMs: 60_000,
        backoff: { firstMs: 5, maxMs: 50 },
        ...(onFatal ? { onFatal } : {}),
      });
      return {
        log,
        apply: (batch, marks) =>
          inTransaction(pool, async (tx) => {
            await tx.query('insert into public.effect (mark) select unnest($1::text[])', [marks]);
            await log.checkpoints.advance(tx, batch.fence, batch.first, batch.next);
          }),
        close: () => log.close(),
      };
    },
    async createTopic(partitions) {
      topics += 1;
      const topic = `test-${topics}.g1`;
      const log = await PostgresLog.open(database.url);
      await log.createTopic(topic, partitions);
      await log.close();
      return topic;
    },
    async effects() {
      const { rows } = await pool.query('select mark from public.effect order by n');
      return rows.map((row) => row.mark);
    },
    async expire(group, topic, partition) {
      await pool.query(
        `with late as (
           update log.checkpoint set leased_until = clock_timestamp() - interval '1 s'
           where consumer_group = $1 and topic = $2 and partition = $3 returning owner
         )
         delete from log.consumer c using late where c.consumer_group = $1 and c.topic = $2 and c.owner = late.owner`,
        [group, topic, partition],
      );
    },
    async away() {
      await admin.query(`alter database ${database.name} with allow_connections false`);
      await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database.name]);
    },
    async back() {
      await admin.query(`alter database ${database.name} with allow_connections true`);
    },
    async dropBelow(topic, partition, position) {
      await pool.query(
        `delete from log.record r using log.topic t
         where t.id = r.topic_id and t.name = $1 and r.partition = $2 and r.position < $3`,
        [topic, partition, position],
      );
    },
    async close() {
      await pool.end();
      await admin.end();
      await database.drop();
    },
  };
}
