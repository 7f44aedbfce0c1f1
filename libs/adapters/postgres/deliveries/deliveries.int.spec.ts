import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { packRaw, unpackRaw } from '#contracts/deliveries.js';
import { deriveId } from '#contracts/ids.js';
import type { Appendable } from '#contracts/record.js';
import { deliveriesSubscription } from '#engine/deliveries/deliveries.js';
import { MemoryWorkspaceKeys } from '#engine/sealing/memory-keys.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { until } from '#testing/until.js';
import { PostgresLog } from '../log/postgres-log.js';
import { createPool } from '../pool.js';
import { PostgresDeliveriesStore } from './deliveries-store.js';

const TOPIC = 'deliveries.g1';
const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 24, 12, 30);

describe('the consumer of deliveries', () => {
  const keys = new MemoryWorkspaceKeys();
  let database: TestDatabase;
  let pool: Pool;
  let log: PostgresLog;

  beforeAll(async () => {
    database = await testDatabase();
    pool = createPool(database.url, { role: 'test' });
    log = await PostgresLog.open(database.url, { backoff: { firstMs: 5, maxMs: 20 } });
    await log.createTopic(TOPIC, 1);
    await log.consume(deliveriesSubscription(TOPIC, new PostgresDeliveriesStore(pool, log.checkpoints)));
  });
  afterAll(async () => {
    await log.close();
    await pool.end();
    await database.drop();
  });

  const workspaceId = randomUUID();
  const sourceId = randomUUID();
  const record = async (type: string, data: Appendable['data'], body: string | Buffer): Promise<Appendable> => {
    const id = randomUUID();
    const key = await keys.daily(workspaceId, NOW, 'deliveries');
    const bytes = Buffer.from(body);
    const sealed = key.sealBytes(packRaw({ about: { method: 'POST' }, bytes }), id);
    const place = { topic: TOPIC, key: deriveId(id), workspaceId, id, at: NOW };
    return { ...place, type, v: 1, data: { sourceId, provider: 'sendgrid', receivedAt: NOW, ...data }, sealed };
  };
  const received = (
    engagements: number,
    unreadable: number,
    body: string | Buffer = '[]',
    more: Appendable['data'] = {},
  ) => record('delivery_received', { outcome: 'accepted', engagements, unreadable, ...more }, body);
  const drained = () =>
    until(async () => (await log.checkpoints.list('deliveries', TOPIC))[0]?.next === (await log.ends(TOPIC))[0]);

  it('moves requests and quarantine to their tables and opens the books', async () => {
    const first = await received(3, 1, '[1,2,3,"bad"]');
    const bad = await record(
      'element_quarantined',
      { deliveryId: first.id, element: 3, reason: 'unreadable' },
      '"bad"',
    );
    await log.append([first, bad]);
    await log.append([
      await received(2, 0, Buffer.alloc(10_000_000, 1)),
      await received(5, 0, '[]', { receivedAt: NOW + HOUR }),
    ]);
    await drained();

    const { rows } = await pool.query(
      'select id, outcome, engagements, unreadable, received_at, sealed from deliveries.delivery order by engagements',
    );
    expect(rows.map((row) => row.engagements)).toEqual([2, 3, 5]);
    const key = await keys.daily(workspaceId, NOW, 'deliveries');
    expect(unpackRaw(key.openBytes(rows[1].sealed, rows[1].id)).bytes.toString()).toBe('[1,2,3,"bad"]');
    expect(rows[0].sealed.length).toBeGreaterThan(10_000_000);

    const { rows: quarantined } = await pool.query(
      'select id, element, reason, state, delivery_id, sealed from deliveries.quarantine',
    );
    expect(quarantined).toMatchObject([{ element: 3, reason: 'unreadable', state: 'open', delivery_id: first.id }]);
    expect(unpackRaw(key.openBytes(quarantined[0].sealed, quarantined[0].id)).bytes.toString()).toBe('"bad"');

    const { rows: books } = await pool.query(
      'select hour, writer, accepted, quarantined from engine.books where workspace_id = $1 order by hour',
      [workspaceId],
    );
    const hour = Math.floor(NOW / HOUR) * HOUR;
    expect(books).toEqual([
      { hour, writer: 'deliveries/0', accepted: 6, quarantined: 1 },
      { hour: hour + HOUR, writer: 'deliveries/0', accepted: 5, quarantined: 0 },
    ]);
  });

  it('counts once what a retry of the log brought twice', async () => {
    const of = { receivedAt: NOW + 5 * HOUR };
    const request = await received(3, 1, '[1,2,3,"bad"]', of);
    const bad = await record(
      'element_quarantined',
      { deliveryId: request.id, element: 3, reason: 'unreadable', ...of },
      '',
    );
    await log.append([bad, request, bad, request]);
    await log.append([bad, request]);
    await drained();
    const { rows } = await pool.query('select accepted, quarantined from engine.books where hour = $1', [
      new Date(Math.floor(of.receivedAt / HOUR) * HOUR),
    ]);
    expect(rows).toEqual([{ accepted: 4, quarantined: 1 }]);
  });

  it('sets aside a record that it cannot read, and goes on', async () => {
    const broken = await record('delivery_received', { engagements: 'many' }, '');
    const after = await received(1, 0);
    await log.append([broken, after]);
    await drained();
    const { rows } = await pool.query('select id, reason from engine.parked');
    expect(rows).toEqual([{ id: broken.id, reason: 'poison' }]);
    expect((await pool.query('select 1 from deliveries.delivery where id = $1', [after.id])).rowCount).toBe(1);
  });
});
