import { deriveId } from '#contracts/ids.js';
import type { Appendable } from '#contracts/record.js';
import { FencedError, SealedError, WorldError } from '#engine/log/errors.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { createPool, type Pool } from '../../pool.js';
import { inTransaction } from '../../transaction.js';
import { PostgresCheckpoints } from '../checkpoints.js';
import { PostgresLog } from '../postgres-log.js';
import { close, isClosed } from './closing.js';
import { GrowthRefused, stepGrowth, wishGrowth } from './growth.js';
import { growthStatus } from './growth-status.js';
import { PostgresGenerations } from './postgres-generations.js';
import { passGate } from './publishing-gate.js';

const TOPIC = 'engagements.g1';

let database: TestDatabase;
let pool: Pool;
let log: PostgresLog;

beforeEach(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test', max: 6 });
  log = await PostgresLog.open(database.url);
  for (const topic of [TOPIC, 'contact-events.g1']) await log.createTopic(topic, 2);
});

afterEach(async () => {
  await log.close();
  await pool.end();
  await database.drop();
});

function record(partition: number, n: number): Appendable {
  const id = deriveId('record', partition, n);
  const workspaceId = deriveId('workspace', 'acme');
  return {
    topic: TOPIC,
    key: null,
    partition,
    workspaceId,
    id,
    type: 'engagement',
    v: 1,
    at: 0,
    data: {},
    sealed: null,
  };
}

describe('a sealed topic', () => {
  it('ends where it says, whoever appends meanwhile: what was told durable stands before its end, the rest is refused', async () => {
    const taken: { partition: number; position: number }[] = [];
    let refused = 0;
    let going = true;
    const appending = Promise.all(
      [0, 1, 0, 1].map(async (partition, lane) => {
        for (let n = 0; going || n === 0; n += 1) {
          try {
            taken.push(...(await log.append([record(partition, lane * 1e6 + n)])));
          } catch (error) {
            if (!(error instanceof SealedError)) throw error;
            refused += 1;
            if (refused > 8) going = false;
          }
        }
      }),
    );
    const ends = await log.seal(TOPIC);
    await appending;
    expect(taken.every(({ partition, position }) => position < (ends[partition] ?? 0))).toBe(true);
    expect(await log.ends(TOPIC)).toEqual(ends);
    expect(await log.seal(TOPIC)).toEqual(ends);
    expect(refused).toBeGreaterThan(8);
  });

  it('takes nothing of a request of which a part is sealed', async () => {
    await log.createTopic('deliveries.g1', 1);
    await log.seal(TOPIC);
    const other = { ...record(0, 2), topic: 'deliveries.g1' };
    await expect(log.append([other, record(1, 1)])).rejects.toThrow('sealed: engagements.g1/1');
    expect(await log.ends('deliveries.g1')).toEqual([0]);
  });
});

describe('a closed generation', () => {
  it('is closed at its end only; nobody can move it or take it any more', async () => {
    const checkpoints = new PostgresCheckpoints(pool);
    const taken = (await checkpoints.take('rules', TOPIC, 0, 'slow'))!;
    expect(await close(pool, 'rules', TOPIC, [1, 0])).toBe(false);
    await inTransaction(pool, (tx) => checkpoints.advance(tx, taken.fence, 0, 1));
    expect(await close(pool, 'rules', TOPIC, [1, 0])).toBe(true);
    expect(await close(pool, 'rules', TOPIC, [1, 0])).toBe(true);
    const late = inTransaction(pool, (tx) => checkpoints.advance(tx, taken.fence, 1, 2));
    await expect(late).rejects.toThrow(FencedError);
    for (const partition of [0, 1]) expect(await checkpoints.take('rules', TOPIC, partition, 'slow')).toBeNull();
    expect(await isClosed(pool, 'projection', TOPIC)).toBe(false);
  });
});

describe('a wish', () => {
  it('is refused where it is no growth, and while another is under way', async () => {
    await expect(wishGrowth(pool, 2)).rejects.toThrow('engagements has 2 partitions: it can only grow');
    await wishGrowth(pool, 5);
    await wishGrowth(pool, 5);
    await expect(wishGrowth(pool, 6)).rejects.toThrow(GrowthRefused);
    expect(await growthStatus(pool)).toEqual({
      open: { generation: 1, partitions: 2 },
      growing: { generation: 2, partitions: 5, state: 'wished', left: 0 },
    });
  });

  it('keeps publications out until the new generation is open, and then the old one', async () => {
    await inTransaction(pool, (tx) => passGate(tx, TOPIC));
    await wishGrowth(pool, 5);
    await expect(inTransaction(pool, (tx) => passGate(tx, TOPIC))).rejects.toThrow(WorldError);
    await pool.query(`update log.generation set state = 'open'`);
    await expect(inTransaction(pool, (tx) => passGate(tx, TOPIC))).rejects.toThrow('grown beyond engagements.g1');
    await inTransaction(pool, (tx) => passGate(tx, 'engagements.g2'));
  });

  it('waits until what was published is relayed and in force', async () => {
    await pool.query(`insert into log.outbox_lane (lane, next, relayed) values ('publications', 1, 0)`);
    await wishGrowth(pool, 5);
    await stepGrowth(pool, log);
    expect((await growthStatus(pool)).growing?.state).toBe('wished');
    await pool.query('update log.outbox_lane set relayed = next');
    await stepGrowth(pool, log);
    expect((await growthStatus(pool)).growing?.state).toBe('announced');
    expect(log.partitions('engagements.g2')).toBe(5);
    expect(log.partitions('contact-events.g2')).toBe(5);
  });
});

describe('a group', () => {
  const relayless = () =>
    new PostgresGenerations(pool, { ends: (topic) => log.ends(topic), isRelayed: false }, 'rules');

  /** Up to where the old generation is sealed and everything in it is decided. */
  async function ended(): Promise<void> {
    await wishGrowth(pool, 5);
    await stepGrowth(pool, log);
    await pool.query(`update log.generation set announced_at = announced_at - interval '1 hour'`);
    await stepGrowth(pool, log);
    expect((await growthStatus(pool)).growing?.state).toBe('ended');
  }

  it('goes on in the next generation only when the lanes of the old one have told the log everything', async () => {
    const generations = relayless();
    await ended();
    await pool.query(`insert into log.outbox_lane (lane, next, relayed) values ('forward:4097', 3, 2)`);
    expect(await generations.advance('rules', 'engagements', 1)).toBe(false);
    expect(await generations.reading('rules', 'engagements')).toBe(1);
    await pool.query('update log.outbox_lane set relayed = next');
    expect(await generations.advance('rules', 'engagements', 1)).toBe(true);
    expect(await generations.reading('rules', 'engagements')).toBe(2);
    expect(await generations.advance('rules', 'engagements', 2)).toBe(false);
  });

  it('waits for decided events to be relayed where they are', async () => {
    const relayed = new PostgresGenerations(pool, { ends: (topic) => log.ends(topic), isRelayed: true }, 'rules');
    await ended();
    await pool.query('update engine.lane_head set next = 7 where lane = 4096');
    expect(await relayed.advance('rules', 'engagements', 1)).toBe(false);
    await pool.query(`insert into log.outbox_lane (lane, next, relayed) values ('contact-events.g1/0', 0, 7)`);
    expect(await relayed.advance('rules', 'engagements', 1)).toBe(true);
  });

  it('reads contact events of the old generation to their end, each group by itself', async () => {
    const generations = relayless();
    await ended();
    await pool.query('update engine.lane_head set next = 2 where lane = 4097');
    expect(await generations.advance('projection', 'contact-events', 1)).toBe(false);
    await generations.advance('rules', 'engagements', 1);
    expect(await generations.advance('projection', 'contact-events', 1)).toBe(false);
    await pool.query(
      `insert into log.checkpoint (consumer_group, topic, partition, next) values ('projection', 'contact-events.g1', 1, 2)`,
    );
    expect(await generations.reading('projection', 'contact-events')).toBe(1);
    expect(await generations.advance('projection', 'contact-events', 1)).toBe(true);
    expect(await generations.reading('projection', 'contact-events')).toBe(2);
    expect(await generations.reading('delivery', 'contact-events')).toBe(1);
    expect(await generations.advance('deliveries', 'deliveries', 1)).toBe(false);
  });
});
