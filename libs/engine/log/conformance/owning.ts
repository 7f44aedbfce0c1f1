/** Owners: shared fairly, fenced, and counted when they die. */

import { FencedError } from '../errors.js';
import type { Consumption } from '../log.js';
import { type Bench, inPartition, keyIn, mark, places, records } from './bench.js';
import { until } from './harness.js';

/** Declares the tests; `bench` answers the running test's own. */
export function owning(bench: () => Bench): void {
  it('crashes loudly when a checkpoint under its own epoch is not where it was left', async () => {
    const { harness, open, apply, applied, group } = bench();
    const topic = await harness.createTopic(1);
    const fatal = Promise.withResolvers<unknown>();
    const process = await open({ onFatal: fatal.resolve });
    let batches = 0;
    await process.log.append(records(topic, 20, () => keyIn(0)));
    await process.log.consume({
      group,
      topic,
      maxRecords: 10,
      // The bug: the first batch says it is done and moves nothing.
      onBatch: async (batch) => {
        batches += 1;
        if (batches > 1) await apply(process, batch);
      },
      onPoison: () => Promise.reject(new Error('nothing is poison here')),
    });
    expect(await fatal.promise).toMatchObject({ name: 'InvariantError' });
    expect(await applied()).toEqual([]);
  });

  it("shares partitions among the live, and a leaver's go to those who stay", async () => {
    const { harness, open, consume, applied } = bench();
    const topic = await harness.createTopic(4);
    const first = await open();
    const one = await consume(first, topic);
    const owned = async (consumption: Consumption) => (await consumption.status()).filter((of) => of.owned).length;
    await until(async () => (await owned(one)) === 4, 'the first owns all');
    const second = await open();
    const two = await consume(second, topic);
    await until(async () => (await owned(one)) === 2 && (await owned(two)) === 2, 'they share');
    const all = records(topic, 40, (n) => keyIn(n % 4));
    await first.log.append(all);
    await until(async () => (await applied()).length === 40, 'all are applied');
    await one.drain();
    await until(async () => (await owned(two)) === 4, 'the second owns all');
    await second.log.append(records(topic, 40, (n) => keyIn(n % 4), 40));
    await until(async () => (await applied()).length === 80, 'all are applied');
    for (let partition = 0; partition < 4; partition += 1) {
      expect(inPartition(await applied(), partition)).toEqual(places(partition, 0, 20));
    }
  }, 60_000);

  it('fences a second owner: what a zombie still writes changes nothing', async () => {
    const { harness, open, consume, apply, applied, group } = bench();
    if (!harness.features.leases) return;
    const topic = await harness.createTopic(1);
    const zombie = await open({ frozen: true });
    await zombie.log.append(records(topic, 5, () => keyIn(0)));
    const entered = Promise.withResolvers<void>();
    const wakeUp = Promise.withResolvers<void>();
    const outcome = Promise.withResolvers<unknown>();
    await zombie.log.consume({
      group,
      topic,
      maxRecords: 10,
      onPoison: () => Promise.reject(new Error('nothing is poison here')),
      onBatch: async (batch) => {
        entered.resolve();
        await wakeUp.promise;
        await apply(zombie, batch, ['the zombie was here']).then(outcome.resolve, (error: unknown) => {
          outcome.resolve(error);
          throw error;
        });
      },
    });
    await entered.promise;
    await harness.expire(group, topic, 0);
    const heir = await open();
    await consume(heir, topic);
    await until(async () => (await applied()).length === 5, 'the heir applied all');
    wakeUp.resolve();
    expect(await outcome.promise).toBeInstanceOf(FencedError);
    await heir.log.append(records(topic, 5, () => keyIn(0), 5));
    await until(async () => (await applied()).length === 10, 'the heir goes on');
    expect(await applied()).toEqual(places(0, 0, 10));
  });

  it('counts a process that dies: its last record alone is parked untried, an innocent one is not', async () => {
    const { harness, open, consume, apply, applied, group } = bench();
    if (!harness.features.leases) return;
    const topic = await harness.createTopic(1);
    const end = Promise.withResolvers<void>();
    const tries: { size: number; attempt: number }[] = [];
    const parked: unknown[] = [];
    await (await open()).log.append(records(topic, 6, () => keyIn(0)));
    for (let life = 1; life <= 5; life += 1) {
      const process = await open({ frozen: true });
      const before = tries.length;
      await consume(process, topic, async (batch) => {
        if (!mark(batch).includes('0/2')) return;
        tries.push({ size: batch.records.length, attempt: batch.attempt });
        // The process is gone: this never returns while it matters.
        await end.promise;
        throw new Error('too late');
      });
      await until(() => tries.length > before, `life ${life} is on the record`);
      await harness.expire(group, topic, 0);
    }
    expect(tries).toEqual([
      { size: 6, attempt: 0 },
      { size: 6, attempt: 0 },
      { size: 1, attempt: 0 },
      { size: 1, attempt: 1 },
      { size: 1, attempt: 2 },
    ]);
    const last = await open();
    await consume(last, topic, undefined, {
      onPoison: async (batch, error) => {
        parked.push(error);
        await apply(last, batch, ['parked 0/2']);
      },
    });
    await until(async () => (await applied()).length === 6, 'all are applied or parked');
    expect(await applied()).toEqual(['0/0', '0/1', 'parked 0/2', '0/3', '0/4', '0/5']);
    expect(parked).toEqual([new Error('the process ended each time while it was on this record')]);
    end.resolve();
  }, 60_000);
}
