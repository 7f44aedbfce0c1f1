/** What the store of timers must do, with the store of decisions that arms them; every adapter runs it. */
import { partitionOf } from '#contracts/topics.js';
import { FencedError } from '#engine/log/errors.js';
import type { TimerFence } from '#engine/timers/timers.js';
import { type DecisionWorld, Driver } from './driver.js';
import { ENGAGEMENTS, T0 } from './engagements.js';
import { ARM } from './tally.js';

const HOUR = 3_600_000;

export function timersConformance(name: string, world: () => Promise<DecisionWorld>): void {
  describe(`timers kept ${name}`, () => {
    let driver: Driver;
    let fence: TimerFence;
    beforeEach(async () => {
      driver = new Driver(await world());
      fence = await taken('a process');
    });
    async function taken(owner: string): Promise<TimerFence> {
      const fence = await driver.world.timers.take(owner);
      if (fence === null) throw new Error('the right to fire is not to be had');
      return fence;
    }
    const arm = (contact: string, dueAt: number, nonce: string) =>
      driver.engagement({ contact, nonce, reason: `${ARM}${dueAt}` });
    const armed = async () => [...(await driver.world.tables()).timers.values()].map(({ dueAt }) => dueAt).sort();
    const fired = async () =>
      (await driver.world.tables()).forwards
        .filter(({ type }) => type === 'timer_due')
        .map(({ data }) => data['dueAt']);
    const fire = (until: number, most = 100, under = fence) =>
      driver.world.timers.fire(under, { after: null, until }, most, { topic: ENGAGEMENTS, at: until });

    it('are armed with the decision, one of a purpose, and move only earlier', async () => {
      await arm('ada', T0 + 5 * HOUR, '1');
      await arm('bob', T0 + 2 * HOUR, '2');
      await driver.run();
      expect(await armed()).toEqual([T0 + 2 * HOUR, T0 + 5 * HOUR]);
      await arm('ada', T0 + 6 * HOUR, '3');
      await driver.run();
      expect(await armed()).toEqual([T0 + 2 * HOUR, T0 + 5 * HOUR]);
      await arm('ada', T0 + 4 * HOUR, '4');
      await arm('ada', T0 + 3 * HOUR, '5');
      await driver.run();
      expect(await armed()).toEqual([T0 + 2 * HOUR, T0 + 3 * HOUR]);
    });

    it('fire when they are due and not before, the longest due first, and are gone then', async () => {
      await arm('ada', T0 + HOUR, '1');
      await arm('bob', T0 + 2 * HOUR, '2');
      await arm('eve', T0 + 3 * HOUR, '3');
      await driver.run();
      expect(await fire(T0 + HOUR - 1)).toBe(0);
      expect(await fire(T0 + 2 * HOUR, 1)).toBe(1);
      expect(await fired()).toEqual([T0 + HOUR]);
      expect(await fire(T0 + 2 * HOUR)).toBe(1);
      expect(await fired()).toEqual([T0 + HOUR, T0 + 2 * HOUR]);
      expect(await armed()).toEqual([T0 + 3 * HOUR]);
    });

    it('fire as an input of the contact, whose id is the same however often', async () => {
      await arm('ada', T0 + HOUR, '1');
      await driver.run();
      await fire(T0 + 2 * HOUR);
      await arm('ada', T0 + HOUR, '2');
      await driver.run();
      await fire(T0 + 3 * HOUR);
      const inputs = (await driver.world.tables()).forwards.filter(({ type }) => type === 'timer_due');
      const contact = await driver.contactId('ada');
      expect(inputs.map(({ key, at, topic }) => ({ key, at, topic }))).toEqual([
        { key: contact, at: T0 + 2 * HOUR, topic: ENGAGEMENTS },
        { key: contact, at: T0 + 3 * HOUR, topic: ENGAGEMENTS },
      ]);
      expect(inputs[0]?.id).toBe(inputs[1]?.id);
      for (const { topic: _, ...input } of inputs) driver.append({ ...input, topic: ENGAGEMENTS, ...driver.end(0) });
      const before = (await driver.dump()).events.length;
      await driver.run();
      expect((await driver.dump()).events).toHaveLength(before + 1);
    });

    it('fire those of open partitions only, and those that are due since some time only, where that is asked', async () => {
      for (const [nth, contact] of ['ada', 'bob', 'eve', 'dan', 'fay', 'gus'].entries())
        await arm(contact, T0 + nth * HOUR, contact);
      await driver.run();
      const all = [...(await driver.world.tables()).timers.values()];
      const of = 2;
      const inFirst = all.filter(({ contactId }) => partitionOf(contactId, of) === 0);
      const firing = { topic: ENGAGEMENTS, at: T0 + 9 * HOUR };
      const due = { after: null, until: T0 + 9 * HOUR, partitions: { of, open: [0] } };
      expect(await driver.world.timers.fire(fence, due, 100, firing)).toBe(inFirst.length);
      expect(await armed()).toHaveLength(all.length - inFirst.length);
      const since = T0 + 2 * HOUR;
      const late = all.filter((timer) => !inFirst.includes(timer) && timer.dueAt > since);
      const recent = { after: since, until: T0 + 9 * HOUR };
      expect(await driver.world.timers.fire(fence, recent, 100, firing)).toBe(late.length);
    });

    it('are fired by one process at a time: nothing fires under an old right', async () => {
      await arm('ada', T0 + HOUR, '1');
      await driver.run();
      expect(await driver.world.timers.take('another')).toBeNull();
      await driver.world.timers.release(fence);
      const next = await driver.world.timers.take('another');
      expect(next?.epoch).toBeGreaterThan(fence.epoch);
      await expect(fire(T0 + HOUR)).rejects.toThrow(FencedError);
      expect(await armed()).toEqual([T0 + HOUR]);
      expect(await fire(T0 + HOUR, 10, next as TimerFence)).toBe(1);
    });
  });
}
