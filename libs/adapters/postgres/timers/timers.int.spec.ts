import { deriveId } from '#contracts/ids.js';
import type { ArmedTimer } from '#engine/decision/store.js';
import { timerInput } from '#engine/timers/timers.js';
import { type PostgresWorld, postgresWorld } from '#testing/decision/postgres-world.js';
import { timersConformance } from '#testing/decision/timers-conformance.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { PostgresOutbox } from '../outbox/outbox.js';
import { inTransaction } from '../transaction.js';
import { armTimers } from './arm.js';

let database: TestDatabase;
let world: PostgresWorld;

beforeAll(async () => {
  database = await testDatabase();
  world = await postgresWorld(database.url);
}, 60_000);
afterAll(async () => {
  await world.close();
  await database.drop();
});

async function cleared(): Promise<PostgresWorld> {
  await world.clear();
  await world.pool.query('update engine.timer_firing set owner = null, leased_until = null');
  return world;
}

timersConformance('in Postgres', async () => ({ ...(await cleared()) }));

describe('what fires', () => {
  const NOW = Date.UTC(2026, 10, 24, 12);
  const firing = { topic: 'engagements.g1', at: NOW };
  const due = { after: null, until: NOW };
  const some = (count: number): ArmedTimer[] =>
    Array.from({ length: count }, (_, nth) => ({
      workspaceId: world.workspaceIds[0],
      contactId: deriveId('contact', nth),
      purpose: nth % 2 === 0 ? 'settle' : 'rule:"quoted", \\ and ü',
      dueAt: NOW - nth * 7,
    })).sort((a, b) => (a.contactId < b.contactId ? -1 : 1));
  async function armed(timers: readonly ArmedTimer[]) {
    const { pool } = await cleared();
    await inTransaction(pool, (tx) => armTimers(tx, timers));
    const fence = await world.timers.take('a process');
    if (fence === null) throw new Error('the right to fire is not to be had');
    return { pool, fence, outbox: new PostgresOutbox(pool) };
  }
  const count = async (table: string) =>
    (await world.pool.query<{ n: number }>(`select count(*) as n from ${table}`)).rows[0]?.n;

  it('is relayed as the inputs that memory makes of it, the longest due first, and is gone once it is', async () => {
    const timers = some(9);
    const { fence, outbox } = await armed(timers);
    expect(await world.timers.fire(fence, due, 4, firing)).toBe(4);
    expect(await world.timers.fire(fence, due, 100, { ...firing, topic: 'engagements.g2' })).toBe(5);
    const expected = timers
      .toSorted((a, b) => a.dueAt - b.dueAt)
      .map((timer, nth) => timerInput(timer, nth < 4 ? firing : { ...firing, topic: 'engagements.g2' }));
    expect(await outbox.read('timers', 0, 100)).toEqual(expected);
    expect(await outbox.waiting('relay')).toEqual(['timers']);
    const taken = await outbox.take('timers', 'relay');
    if (taken === null) throw new Error('the lane is not to be had');
    await outbox.move(taken.fence, 0, 4);
    expect(await outbox.read('timers', 0, 100)).toEqual(expected.slice(4));
    await expect(outbox.move({ ...taken.fence, epoch: 99 }, 4, 9)).rejects.toThrow('taken by another relay');
    expect(await outbox.read('timers', 4, 2)).toEqual(expected.slice(4, 6));
    await outbox.move(taken.fence, 4, 9);
    expect([await outbox.waiting('relay'), await count('engine.timer_fired')]).toEqual([[], 0]);
  });

  it('stays armed when it does not come into the outbox', async () => {
    const { pool, fence } = await armed(some(3));
    await pool.query('alter table engine.timer_fired add constraint refused check (position < 1)');
    try {
      await expect(world.timers.fire(fence, due, 10, firing)).rejects.toThrow('refused');
      expect([await count('engine.timer'), await count('engine.timer_fired')]).toEqual([3, 0]);
    } finally {
      await pool.query('alter table engine.timer_fired drop constraint refused');
    }
    expect(await world.timers.fire(fence, due, 10, firing)).toBe(3);
    expect([await count('engine.timer'), await count('engine.timer_fired')]).toEqual([0, 3]);
  });

  it('passes over a timer that a decision moves just now, and takes it at the next look', async () => {
    const timers = some(3);
    const { pool, fence } = await armed(timers);
    await inTransaction(pool, async (tx) => {
      await armTimers(
        tx,
        timers.slice(0, 1).map((timer) => ({ ...timer, dueAt: timer.dueAt - 1 })),
      );
      expect(await world.timers.fire(fence, due, 10, firing)).toBe(2);
    });
    expect(await world.timers.fire(fence, due, 10, firing)).toBe(1);
  });
});
