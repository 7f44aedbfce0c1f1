/** Trouble: poison is isolated, what cannot be judged or is gone stops its partition; the rest flows. */

import { StopPartitionError } from '../errors.js';
import type { PartitionStatus } from '../log.js';
import { type Bench, inPartition, keyIn, mark, places, records } from './bench.js';
import { until } from './harness.js';

/** Declares the tests; `bench` answers the running test's own. */
export function failing(bench: () => Bench): void {
  it('isolates poison: three tries of the batch, three of the record alone, then it alone is parked', async () => {
    const { harness, open, consume, apply, applied } = bench();
    const topic = await harness.createTopic(2);
    const process = await open();
    await process.log.append([...records(topic, 8, () => keyIn(0)), ...records(topic, 4, () => keyIn(1), 8)]);
    const tries: { size: number; attempt: number }[] = [];
    const poison: { attempt: number; error: unknown }[] = [];
    await consume(
      process,
      topic,
      (batch) => {
        if (!mark(batch).includes('0/3')) return;
        tries.push({ size: batch.records.length, attempt: batch.attempt });
        throw new Error('cannot be decoded');
      },
      {
        onPoison: async (batch, error) => {
          poison.push({ attempt: batch.attempt, error });
          await apply(process, batch, ['parked 0/3']);
        },
      },
    );
    await until(async () => (await applied()).length === 12, 'all are applied or parked');
    const alone = tries.filter(({ size }) => size === 1);
    expect(tries.length - alone.length).toBeGreaterThanOrEqual(2);
    expect(alone.map(({ attempt }) => attempt)).toEqual([0, 1, 2]);
    expect(poison).toEqual([{ attempt: 3, error: new Error('cannot be decoded') }]);
    const marks = await applied();
    expect(marks.filter((one) => !one.startsWith('1/'))).toEqual([
      ...places(0, 0, 3),
      'parked 0/3',
      ...places(0, 4, 8),
    ]);
    const sizes: number[] = [];
    tries.length = 0;
    await process.log.append(records(topic, 10, () => keyIn(0), 100));
    await until(async () => {
      sizes.push(inPartition(await applied(), 0).length);
      return sizes.at(-1) === 17;
    }, 'later records are applied');
    expect(tries).toEqual([]);
  });

  it('stops a partition for good when its handler cannot judge what came, and parks nothing', async () => {
    const { harness, open, consume, applied } = bench();
    const topic = await harness.createTopic(2);
    const process = await open();
    const stopped: string[] = [];
    const consumption = await consume(
      process,
      topic,
      (batch) => {
        if (batch.fence.partition === 0) throw new StopPartitionError('version 2 of test is not known here');
      },
      { onStopped: (partition, reason) => void stopped.push(`${partition} ${reason.message}`) },
    );
    await process.log.append([...records(topic, 3, () => keyIn(0)), ...records(topic, 3, () => keyIn(1), 3)]);
    await until(async () => (await applied()).length === 3 && stopped.length === 1, 'one stops and one flows');
    expect(stopped).toEqual(['0 version 2 of test is not known here']);
    const [status] = (await consumption.status()) as [PartitionStatus];
    expect(status).toMatchObject({ partition: 0, next: 0, end: 3, trouble: 'version 2 of test is not known here' });
    expect(await applied()).toEqual(places(1, 0, 3));
  });

  it('stops a partition at a gap and says so; the others flow', async () => {
    const { harness, open, consume, applied } = bench();
    if (!harness.features.retention) return;
    const topic = await harness.createTopic(2);
    const process = await open();
    await process.log.append([...records(topic, 20, () => keyIn(0)), ...records(topic, 5, () => keyIn(1), 20)]);
    await harness.dropBelow(topic, 0, 15);
    const stopped: string[] = [];
    const consumption = await consume(process, topic, undefined, {
      onStopped: (partition, reason) => void stopped.push(`${partition} ${reason.message}`),
    });
    await until(async () => stopped.length === 1 && (await applied()).length === 5, 'one stops and one flows');
    expect(stopped[0]).toMatch(/^0 .*position 0 was expected and 15 came/);
    expect((await consumption.status())[0]).toMatchObject({
      next: 0,
      end: 20,
      trouble: expect.stringContaining('15 came'),
    });
    expect(await applied()).toEqual(places(1, 0, 5));
  });
}
