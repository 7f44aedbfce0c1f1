import { deriveId } from '#contracts/ids.js';
import { partitionOf } from '#contracts/topics.js';
import type { ArmedTimer } from '#engine/decision/store.js';
import { OVERDUE_AT_ONCE, TimerFiring } from '#engine/timers/firing.js';
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

  it('after an outage of a day fires everything once, spread: some at a time, and only where the lag is under a second', async () => {
    const DAY = 86_400_000;
    const timers = some(3_000).map((timer, nth) => ({ ...timer, dueAt: NOW - 10_000 - nth * (DAY / 3_000) }));
    const { fence, outbox } = await armed(timers);
    await world.timers.release(fence);
    let open: readonly number[] = [0, 1, 2, 3];
    const process = new TimerFiring({
      timers: world.timers,
      gate: { open: async () => ({ topic: firing.topic, of: 4, open }) },
      topic: () => firing.topic,
      clock: () => NOW,
      onFault: (error) => {
        throw error;
      },
    });
    expect(await process.step()).toBe(OVERDUE_AT_ONCE * 4);
    open = [];
    expect(await process.step()).toBe(0);
    open = [2];
    expect(await process.step()).toBe(OVERDUE_AT_ONCE);
    for (const { key } of await outbox.read('timers', OVERDUE_AT_ONCE * 4, 1_000))
      expect(partitionOf(key ?? '', 4)).toBe(2);
    open = [0, 1, 2, 3];
    for (let count = 1; count > 0; ) {
      count = await process.step();
      expect(count).toBeLessThanOrEqual(OVERDUE_AT_ONCE * 4);
    }
    const fired = await outbox.read('timers', 0, 10_000);
    expect(fired.map(({ id }) => id).sort()).toEqual(timers.map((timer) => timerInput(timer, firing).id).sort());
    const longest = timers.map(({ dueAt }) => dueAt).sort((a, b) => a - b);
    const dueAt = fired.slice(0, OVERDUE_AT_ONCE * 4).map(({ data }) => data['dueAt']);
    expect(dueAt).toEqual(longest.slice(0, OVERDUE_AT_ONCE * 4));
    await process.drain();
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
