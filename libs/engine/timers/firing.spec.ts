import { deriveId } from '#contracts/ids.js';
import { partitionOf } from '#contracts/topics.js';
import { MemoryTables } from '#engine/decision/memory-store.js';
import type { ArmedTimer } from '#engine/decision/store.js';
import { WorldError } from '#engine/log/errors.js';
import { FIRED_AT_ONCE, ON_TIME_MS, OVERDUE_AT_ONCE, TimerFiring } from './firing.js';
import { MemoryTimers } from './memory-timers.js';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 24, 12);
const PARTITIONS = 4;

/** Timers of many contacts, a log that says what its partitions may take, and a clock that stands still. */
class World {
  readonly tables = new MemoryTables();
  readonly timers = new MemoryTimers(() => this.tables);
  now = NOW;
  open: readonly number[] = [0, 1, 2, 3];
  readonly faults: unknown[] = [];
  #contacts = 0;

  arm(count: number, dueAt: (nth: number) => number): this {
    for (let nth = 0; nth < count; nth += 1) {
      const contactId = deriveId('contact', this.#contacts++);
      const timer: ArmedTimer = { workspaceId: deriveId('workspace'), contactId, purpose: 'rule:x', dueAt: dueAt(nth) };
      this.tables.timers.set(contactId, timer);
    }
    return this;
  }

  process(timers: Pick<MemoryTimers, 'take' | 'fire' | 'release'> = this.timers): TimerFiring {
    return new TimerFiring({
      timers,
      gate: { open: async () => ({ topic: 'engagements.g1', of: PARTITIONS, open: this.open }) },
      topic: () => 'engagements.g1',
      clock: () => this.now,
      onFault: (error) => this.faults.push(error),
    });
  }

  get fired() {
    return this.tables.forwards;
  }
}

describe('firing', () => {
  it('leaves what is not due, and fires what is due just now whatever the partitions may take', async () => {
    const world = new World().arm(3, () => NOW + 1).arm(5, () => NOW - ON_TIME_MS + 1);
    world.open = [];
    const process = world.process();
    expect(await process.step()).toBe(5);
    expect(await process.step()).toBe(0);
    world.now += 1;
    expect(await process.step()).toBe(3);
  });

  it('after an outage of a day fires everything once, spread: some at a time, and only where the lag is under a second', async () => {
    const world = new World().arm(3_000, (nth) => NOW - (nth * DAY) / 3_000 - ON_TIME_MS);
    const process = world.process();
    const most = OVERDUE_AT_ONCE * PARTITIONS;
    expect(await process.step()).toBe(most);
    const longest = Math.max(...world.fired.map(({ data }) => Number(data['dueAt'])));
    expect(Math.min(...[...world.tables.timers.values()].map(({ dueAt }) => dueAt))).toBeGreaterThan(longest);
    world.open = [];
    expect(await process.step()).toBe(0);
    world.open = [2];
    expect(await process.step()).toBe(OVERDUE_AT_ONCE);
    for (const { key } of world.fired.slice(most)) expect(partitionOf(key as string, PARTITIONS)).toBe(2);
    world.open = [0, 1, 2, 3];
    while ((await process.step()) > 0) expect(world.fired.length).toBeLessThanOrEqual(3_000);
    expect(new Set(world.fired.map(({ id }) => id)).size).toBe(3_000);
    expect(world.fired).toHaveLength(3_000);
    expect(world.fired.every(({ at }) => at === NOW)).toBe(true);
  });

  it('takes no more than so many of those on time in one transaction', async () => {
    const world = new World().arm(FIRED_AT_ONCE + 7, () => NOW);
    const process = world.process();
    expect(await process.step()).toBe(FIRED_AT_ONCE);
    expect(await process.step()).toBe(7);
  });

  it('is one process’s: another takes over when it ends or dies, and nothing is lost or done twice', async () => {
    const world = new World().arm(40, () => NOW);
    const dying = (when: 'before' | 'after') =>
      world.process({
        take: (owner) => world.timers.take(owner),
        release: (fence) => world.timers.release(fence),
        fire: async (...of) => {
          if (when === 'after') await world.timers.fire(...of);
          throw new WorldError(`killed ${when} the commit`);
        },
      });
    await expect(dying('before').step()).rejects.toThrow(WorldError);
    expect(world.fired).toEqual([]);
    const next = world.process();
    expect(await next.step()).toBe(0);
    world.timers.expire();
    expect(await next.step()).toBe(40);
    world.arm(30, () => NOW);
    await next.drain();
    await expect(dying('after').step()).rejects.toThrow(WorldError);
    world.timers.expire();
    expect(await next.step()).toBe(0);
    expect(world.fired).toHaveLength(70);
    expect(new Set(world.fired.map(({ key }) => key)).size).toBe(70);
    const third = world.process();
    expect(await third.step()).toBe(0);
    await next.drain();
    world.arm(1, () => NOW);
    expect(await third.step()).toBe(1);
  });

  it('goes on by itself once started, says why it cannot, and recovers', async () => {
    const world = new World().arm(2, () => NOW);
    let away = true;
    const process = world.process({
      take: (owner) => world.timers.take(owner),
      release: (fence) => world.timers.release(fence),
      fire: (...of) => (away ? Promise.reject(new WorldError('away')) : world.timers.fire(...of)),
    });
    process.start();
    const until = async (holds: () => boolean) => {
      while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    await until(() => process.trouble() !== null);
    expect(world.faults).toEqual([]);
    away = false;
    await until(() => world.fired.length === 2);
    await until(() => process.trouble() === null);
    await process.drain();
  });
});
