/** Batches: bounded, one at a time in a partition, again until they are applied, and never across a drain. */

import { LogUnavailableError } from '../errors.js';
import type { Batch } from '../log.js';
import { type Bench, inPartition, keyIn, places, records } from './bench.js';
import { until } from './harness.js';

/** Declares the tests; `bench` answers the running test's own. */
export function delivering(bench: () => Bench): void {
  it('delivers a failed batch again, and applies it once', async () => {
    const { harness, open, consume, applied } = bench();
    const topic = await harness.createTopic(1);
    const process = await open();
    let failures = 0;
    await process.log.append(records(topic, 12, () => keyIn(0)));
    await consume(process, topic, (batch) => {
      if (batch.first === 0 && failures < 1) {
        failures += 1;
        throw new Error('the handler failed');
      }
    });
    await until(async () => (await applied()).length === 12, 'all are applied');
    expect(failures).toBe(1);
    expect(await applied()).toEqual(places(0, 0, 12));
  });

  it('bounds batches, runs one at a time in a partition and partitions side by side', async () => {
    const { harness, open, consume, applied } = bench();
    const topic = await harness.createTopic(2);
    const process = await open();
    await process.log.append([...records(topic, 20, () => keyIn(0)), ...records(topic, 20, () => keyIn(1), 20)]);
    const running = new Set<number>();
    const meeting = Promise.withResolvers<void>();
    let largest = 0;
    await consume(
      process,
      topic,
      async (batch) => {
        expect(running.has(batch.fence.partition)).toBe(false);
        running.add(batch.fence.partition);
        largest = Math.max(largest, batch.records.length);
        if (running.size === 2) meeting.resolve();
        await meeting.promise;
        running.delete(batch.fence.partition);
      },
      { maxRecords: 6 },
    );
    await until(async () => (await applied()).length === 40, 'all are applied');
    expect(largest).toBe(6);
  });

  it('bounds the bytes of a batch where a subscription does, but hands over one record whatever its size', async () => {
    const { harness, open, consume, applied } = bench();
    const topic = await harness.createTopic(1);
    const process = await open();
    const sizes = [10, 30, 100, 40, 10, 10, 10, 10, 200];
    const large = records(topic, sizes.length, () => keyIn(0)).map((record, index) => ({
      ...record,
      sealed: Buffer.alloc(sizes[index] ?? 0, index),
    }));
    await process.log.append(large);
    const batches: number[][] = [];
    const bytesOf = (batch: Batch) => batch.records.map(({ sealed }) => sealed?.length ?? 0);
    await consume(process, topic, (batch) => void batches.push(bytesOf(batch)), { maxBytes: 60 });
    await until(async () => (await applied()).length === sizes.length, 'all are applied');
    expect(batches.flat()).toEqual(sizes);
    for (const batch of batches)
      expect(batch.length === 1 || batch.reduce((sum, size) => sum + size, 0) <= 60).toBe(true);
    expect(batches.some((batch) => batch.length > 1)).toBe(true);
  });

  it('drains: the running batch ends, no other begins, another process goes on at once', async () => {
    const { harness, open, consume, applied } = bench();
    const topic = await harness.createTopic(1);
    const first = await open();
    await first.log.append(records(topic, 30, () => keyIn(0)));
    const entered = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<void>();
    let batches = 0;
    const consumption = await consume(first, topic, async () => {
      batches += 1;
      entered.resolve();
      await leave.promise;
    });
    await entered.promise;
    let drained = false;
    const draining = consumption.drain().then(() => {
      drained = true;
    });
    expect(drained).toBe(false);
    leave.resolve();
    await draining;
    expect(batches).toBe(1);
    expect(await applied()).toEqual(places(0, 0, 10));
    await consume(await open(), topic);
    await until(async () => (await applied()).length === 30, 'the rest is applied', 5_000);
    expect(await applied()).toEqual(places(0, 0, 30));
  });

  it('pauses while the database is away, counts no try, and goes on', async () => {
    const { harness, open, consume, applied } = bench();
    const topic = await harness.createTopic(2);
    const process = await open();
    const attempts: number[] = [];
    let sizes: number[] = [];
    const consumption = await consume(process, topic, (batch) => {
      attempts.push(batch.attempt);
      sizes.push(batch.records.length);
    });
    await process.log.append(records(topic, 5, () => keyIn(0)));
    await until(async () => (await applied()).length === 5, 'the first are applied');
    for (let outage = 0; outage < 4; outage += 1) {
      await harness.away();
      await expect(
        process.log.append(
          records(topic, 1, () => keyIn(1), 900),
          { timeoutMs: 200 },
        ),
      ).rejects.toThrow(LogUnavailableError);
      await harness.back();
    }
    sizes = [];
    await process.log.append(
      records(topic, 10, () => keyIn(0), 5),
      { timeoutMs: 10_000 },
    );
    await until(async () => inPartition(await applied(), 0).length === 15, 'the rest is applied');
    expect(inPartition(await applied(), 0)).toEqual(places(0, 0, 15));
    expect(new Set(attempts)).toEqual(new Set([0]));
    expect(Math.max(...sizes)).toBeGreaterThan(1);
    await until(async () => (await consumption.status()).every((one) => one.trouble === null), 'no trouble is left');
  }, 60_000);

  it('tells where a group stands', async () => {
    const { harness, open, consume, applied } = bench();
    const topic = await harness.createTopic(2);
    const process = await open();
    const consumption = await consume(process, topic);
    await process.log.append(records(topic, 3, () => keyIn(1)));
    await until(async () => (await applied()).length === 3, 'all are applied');
    await until(async () => (await consumption.status()).every((one) => one.owned), 'both are owned');
    expect(await consumption.status()).toEqual([
      { partition: 0, owned: true, next: 0, end: 0, trouble: null },
      { partition: 1, owned: true, next: 3, end: 3, trouble: null },
    ]);
  });
}
