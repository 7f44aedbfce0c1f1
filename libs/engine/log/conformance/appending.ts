/** What was appended is read whole, in order and without gaps. */

import { deriveId, type Uuid } from '#contracts/ids.js';
import type { Appendable } from '#contracts/record.js';
import type { Batch } from '../log.js';
import { type Bench, inPartition, keyIn, places, records } from './bench.js';
import { type LogProcess, until } from './harness.js';

/** Declares the tests; `bench` answers the running test's own. */
export function appending(bench: () => Bench): void {
  it('gives back what was appended, whole', async () => {
    const { harness, open, consume, applied } = bench();
    const topic = await harness.createTopic(2);
    const process = await open();
    const seen: Batch[] = [];
    await consume(process, topic, (batch) => void seen.push(batch));
    const sealed = Buffer.from([0, 1, 255]);
    const [first] = records(topic, 1, () => keyIn(1));
    const one: Appendable = {
      ...(first as Appendable),
      data: { text: 'a "quoted" \\ {line}\nä', none: null },
      sealed,
    };
    const broadcast: Appendable = { ...one, id: deriveId('other'), key: null, partition: 0, sealed: null };
    expect(await process.log.append([one, broadcast])).toEqual([
      { partition: 1, position: 0 },
      { partition: 0, position: 0 },
    ]);
    await until(async () => (await applied()).length === 2, 'both are applied');
    const read = seen.flatMap((batch) => batch.records).sort((a, b) => b.partition - a.partition);
    expect(read).toEqual([
      { ...one, partition: 1, position: 0 },
      { ...broadcast, partition: 0, position: 0 },
    ]);
  });

  it('keeps the order of each key', async () => {
    const { harness, open, consume, applied } = bench();
    const topic = await harness.createTopic(4);
    const process = await open();
    const seen: { key: Uuid | null; n: unknown }[] = [];
    await consume(process, topic, (batch) => {
      for (const record of batch.records) seen.push({ key: record.key, n: record.data['n'] });
    });
    const all = records(topic, 200, (n) => deriveId('key', n % 13));
    for (let from = 0; from < all.length; from += 7) await process.log.append(all.slice(from, from + 7));
    await until(async () => (await applied()).length === 200, 'all are applied');
    for (let k = 0; k < 13; k += 1) {
      const of = seen.filter(({ key }) => key === deriveId('key', k)).map(({ n }) => n);
      expect(of).toEqual([...of].sort((a, b) => Number(a) - Number(b)));
    }
  });

  it('hands out positions without a gap under concurrent appenders', async () => {
    const { harness, open, consume, applied } = bench();
    const topic = await harness.createTopic(8);
    const writers = [await open(), await open()];
    const reader = await open();
    await consume(reader, topic);
    const calls = Array.from({ length: 60 }, (_, c) =>
      (writers[c % 2] as LogProcess).log.append(
        records(topic, 9, (n) => deriveId('any', n * 7919), c * 9),
        { timeoutMs: 20_000 },
      ),
    );
    const placed = (await Promise.all(calls)).flat();
    await until(async () => (await applied()).length === 540, 'all are applied');
    const marks = await applied();
    for (let partition = 0; partition < 8; partition += 1) {
      const positions = placed.filter((one) => one.partition === partition).map((one) => one.position);
      expect(positions.sort((a, b) => a - b)).toEqual([...positions.keys()]);
      expect(inPartition(marks, partition)).toEqual(places(partition, 0, positions.length));
    }
  }, 60_000);

  it('appends witnesses with what they bear witness to', async () => {
    const { harness, open, consume, applied } = bench();
    const topic = await harness.createTopic(2);
    const process = await open();
    await consume(process, topic);
    const all = records(topic, 6, (n) => keyIn(n % 2));
    const placed = await process.log.append(all, { witnessFrom: 3 });
    expect(placed).toEqual(all.map((_, n) => ({ partition: n % 2, position: Math.floor(n / 2) })));
    await until(async () => (await applied()).length === 6, 'all are applied');
  });

  it('appends all of a call or none', async () => {
    const { harness, open } = bench();
    if (!harness.features.atomicAppend) return;
    const topic = await harness.createTopic(2);
    const process = await open();
    const good = records(topic, 3, () => keyIn(0));
    const bad = { ...(good[0] as Appendable), key: null };
    const [refused, taken] = await Promise.allSettled([
      process.log.append([...good, bad]),
      process.log.append(records(topic, 2, () => keyIn(0), 10)),
    ]);
    expect(refused.status).toBe('rejected');
    expect(taken).toEqual({
      status: 'fulfilled',
      value: [
        { partition: 0, position: 0 },
        { partition: 0, position: 1 },
      ],
    });
  });
}
