import { randomBytes } from 'node:crypto';
import { jest } from '@jest/globals';
import { openContactEventRecord } from '#contracts/contact-event-record.js';
import { deriveId } from '#contracts/ids.js';
import { laneOf } from '#contracts/topics.js';
import { LogUnavailableError } from '#engine/log/errors.js';
import type { Log } from '#engine/log/log.js';
import { Relay } from '#engine/outbox/relay.js';
import { testKafka } from '#testing/kafka/test-broker.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { until } from '#testing/until.js';
import { PostgresCheckpoints } from '../postgres/log/checkpoints.js';
import { PostgresTopicRegistry } from '../postgres/log/topic-registry.js';
import { PostgresEventLanes } from '../postgres/outbox/event-lanes.js';
import { createPool, type Pool } from '../postgres/pool.js';
import { inTransaction } from '../postgres/transaction.js';
import { SILENT } from './harness.js';
import { KafkaLog } from './kafka-log.js';

jest.setTimeout(60_000);
const kafka = await testKafka();
const suite = kafka === null ? describe.skip : describe;

/** A generation of this run's own, since the broker may be shared. */
const generation = 2 + (randomBytes(2).readUInt16BE() % 4000);
const topic = `contact-events.g${generation}`;

suite('the relay of contact events', () => {
  let database: TestDatabase;
  let pool: Pool;
  let log: KafkaLog;
  let dropped = 0;

  beforeAll(async () => {
    database = await testDatabase();
    pool = createPool(database.url, { role: 'relay' });
    await pool.query('create table public.seen_event (n bigserial primary key, lane int, position bigint)');
    log = await KafkaLog.open({ brokers: kafka?.brokers ?? [] }, SILENT, {
      leases: new PostgresCheckpoints(pool),
      registry: new PostgresTopicRegistry(pool),
      replication: 1,
      sessionMs: 6_000,
      meter: {
        undone: () => undefined,
        repeated: (_, count) => {
          dropped += count;
        },
      },
    });
    await log.createTopic(topic, 2);
  });
  afterAll(async () => {
    await log.close();
    await pool.end();
    await database.drop();
  });

  /** Decides `count` events in each lane, in one transaction. */
  async function decide(count: number): Promise<void> {
    await inTransaction(pool, async (tx) => {
      for (const partition of [0, 1]) {
        const lane = laneOf(generation, partition);
        const { rows } = await tx.query(
          'update engine.lane_head set next = next + $2 where lane = $1 returning next - $2 as first',
          [lane, count],
        );
        await tx.query(
          `insert into engine.event (workspace_id, contact_id, version, id, type, v, occurred_at, recorded_at, causation_id,
             correlation_id, data, pii, input_topic, input_partition, input_position, lane, position)
           select $1, $1, $2::bigint + n, gen_random_uuid(), 'test', 1, now(), now(), $1, $1, '{}', '\\x00ff', 'engagements.g1', $4, 0,
             $3, $2::bigint + n from generate_series(0, $5 - 1) n`,
          [deriveId('contact', partition), rows[0].first, lane, partition, count],
        );
      }
    });
  }

  /** A log whose answers to appends are lost now and then, after the append. */
  function forgetful(losses: number): Pick<Log, 'append'> {
    let left = losses;
    return {
      append: async (records, options) => {
        const appended = await log.append(records, options);
        left -= 1;
        if (left >= 0) throw new LogUnavailableError('the answer was lost');
        return appended;
      },
    };
  }

  async function seen(partition: number): Promise<number[]> {
    const lane = laneOf(generation, partition);
    const { rows } = await pool.query('select position from public.seen_event where lane = $1 order by n', [lane]);
    return rows.map(({ position }) => position);
  }

  it('publishes each lane in order to its partition; consumers drop what it brings again', async () => {
    const checkpoints = new PostgresCheckpoints(pool);
    await log.consume({
      group: 'projection',
      topic,
      maxRecords: 7,
      onPoison: () => Promise.reject(new Error('nothing is poison here')),
      onBatch: ({ fence, first, next, records }) =>
        inTransaction(pool, async (tx) => {
          await checkpoints.advance(tx, fence, first, next);
          for (const record of records) {
            const { lane, position, pii } = openContactEventRecord(record);
            expect(pii).toEqual(Buffer.from([0, 255]));
            await tx.query('insert into public.seen_event (lane, position) values ($1, $2)', [lane, position]);
          }
        }),
    });
    await decide(25);
    const lanes = new PostgresEventLanes(pool);
    const first = new Relay(lanes, forgetful(4), { maxRecords: 10, pollMs: 20 }).start();
    await until(async () => (await seen(0)).length === 25 && (await seen(1)).length === 25, 20_000);
    await first.drain();
    await decide(25);
    const second = new Relay(lanes, forgetful(2), { maxRecords: 10, pollMs: 20 }).start();
    await until(async () => (await seen(0)).length === 50 && (await seen(1)).length === 50, 20_000);
    await second.drain();
    const all = [...Array(50).keys()];
    expect([await seen(0), await seen(1)]).toEqual([all, all]);
    await until(async () => {
      const { rows } = await pool.query(
        'select sum(next) as next, min(reached) as reached from log.checkpoint where topic = $1',
        [topic],
      );
      const ends = await log.ends(topic);
      return Number(rows[0].next) === (ends[0] ?? 0) + (ends[1] ?? 0) && Number(rows[0].reached) === 49;
    });
    const ends = await log.ends(topic);
    expect(dropped).toBe((ends[0] ?? 0) + (ends[1] ?? 0) - 100);
    expect(dropped).toBeGreaterThan(0);
  });

  it('a relay that was taken over moves no mark', async () => {
    const lanes = new PostgresEventLanes(pool, 1);
    await decide(3);
    const name = `${topic}/0`;
    const old = await lanes.take(name, 'old');
    await until(async () => (await lanes.waiting('new')).includes(name));
    const taken = await lanes.take(name, 'new');
    expect(taken?.relayed).toBe(50);
    if (old === null || taken === null) throw new Error('both take the lane, one after the other');
    await expect(lanes.move(old.fence, 50, 53)).rejects.toThrow('taken by another relay');
    await lanes.move(taken.fence, 50, 53);
    await lanes.release(taken.fence);
    expect(await lanes.waiting('new')).toEqual([`${topic}/1`]);
  });
});
