import { jest } from '@jest/globals';
import { deriveId } from '#contracts/ids.js';
import type { LogHarness, LogProcess } from '#engine/log/conformance/harness.js';
import { FencedError } from '#engine/log/errors.js';
import type { Batch, Consumption } from '#engine/log/log.js';
import { testKafka } from '#testing/kafka/test-broker.js';
import { testDatabase } from '#testing/postgres.js';
import { until } from '#testing/until.js';
import { createClient } from './connection.js';
import { groupIdOf } from './group.js';
import { kafkaHarness, SILENT } from './harness.js';

jest.setTimeout(60_000);
const kafka = await testKafka();
const suite = kafka === null ? describe.skip : describe;

suite('consuming from Kafka', () => {
  const brokers = kafka?.brokers ?? [];
  let harness: LogHarness;
  let processes: LogProcess[];
  let group: string;
  let topic: string;

  beforeAll(async () => {
    harness = await kafkaHarness({ brokers }, await testDatabase(), { sessionMs: kafka?.own ? 1_500 : 6_000 });
  });
  afterAll(() => harness.close());
  beforeEach(() => {
    processes = [];
    group = deriveId(String(Math.random()));
  });
  afterEach(() => Promise.all(processes.map((process) => process.close())));

  async function open(): Promise<LogProcess> {
    const process = await harness.open();
    processes.push(process);
    return process;
  }

  const records = (partition: number, from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) => ({
      ...{ topic, key: null, partition, workspaceId: deriveId('w'), id: deriveId(topic, partition, from + n) },
      ...{ type: 'test', v: 1, at: 0, data: {}, sealed: null },
    }));
  const apply = (process: LogProcess, batch: Batch) =>
    process.apply(
      batch,
      batch.records.map(({ partition, position }) => `${group} ${partition}/${position}`),
    );
  const consume = (process: LogProcess, onBatch: (batch: Batch) => Promise<void>): Promise<Consumption> =>
    process.log.consume({
      group,
      topic,
      maxRecords: 10,
      onBatch,
      onPoison: () => Promise.reject(new Error('no poison')),
    });
  async function applied(partition: number): Promise<number[]> {
    const start = `${group} ${partition}/`;
    const marks = (await harness.effects()).filter((mark) => mark.startsWith(start));
    return marks.map((mark) => Number(mark.slice(start.length)));
  }
  const upTo = (count: number) => [...Array(count).keys()];

  it('a rebalance in the middle of a batch waits for it, and no record is applied twice or passed over', async () => {
    topic = await harness.createTopic(2);
    const first = await open();
    await first.log.append([...records(0, 0, 30), ...records(1, 0, 30)]);
    const inside = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    const leave = Promise.withResolvers<void>();
    const outcomes: unknown[] = [];
    await consume(first, async (batch) => {
      inside[batch.fence.partition as 0 | 1].resolve();
      await leave.promise;
      await apply(first, batch).then(
        () => outcomes.push('applied'),
        (error: unknown) => {
          outcomes.push(error);
          throw error;
        },
      );
    });
    await Promise.all(inside.map(({ promise }) => promise));
    const second = await open();
    const joined = await consume(second, (batch) => apply(second, batch));
    const admin = createClient({ brokers }, SILENT).admin();
    await admin.connect();
    // Both are in, with a partition each; the second's is still the first's to finish.
    await until(async () => {
      const { groups } = await admin.describeGroups([groupIdOf(group, topic)]);
      return groups[0]?.state === 'Stable' && groups[0].members.length === 2;
    }, 20_000);
    await admin.disconnect();
    expect((await joined.status()).filter(({ owned }) => owned)).toEqual([]);
    expect([await applied(0), await applied(1)]).toEqual([[], []]);
    leave.resolve();
    await until(async () => (await applied(0)).length === 30 && (await applied(1)).length === 30, 20_000);
    expect([await applied(0), await applied(1)]).toEqual([upTo(30), upTo(30)]);
    expect(outcomes.every((outcome) => outcome === 'applied')).toBe(true);
    await until(async () => (await joined.status()).filter(({ owned }) => owned).length === 1);
  });

  it('a batch longer than the session keeps its partition: the group hears of it meanwhile', async () => {
    topic = await harness.createTopic(1);
    const process = await open();
    await process.log.append(records(0, 0, 5));
    const session = kafka?.own ? 1_500 : 6_000;
    const begun: number[] = [];
    const taken = Promise.withResolvers<void>();
    await consume(process, async (batch) => {
      begun.push(Date.now());
      taken.resolve();
      await until(() => Date.now() - (begun[0] as number) > 2 * session, 3 * session);
      await apply(process, batch);
    });
    await taken.promise;
    await until(async () => (await applied(0)).length === 5, 4 * session);
    expect(begun).toHaveLength(1);
  });

  it('goes on after a break that kafkajs takes for final', async () => {
    topic = await harness.createTopic(1);
    const process = await open();
    await consume(process, (batch) => apply(process, batch));
    await process.log.append(records(0, 0, 5));
    await until(async () => (await applied(0)).length === 5);
    const warn = jest.spyOn(SILENT, 'warn');
    await harness.away();
    await until(() => warn.mock.calls.some(([line]) => line.includes('broke off and is begun anew')), 30_000);
    await harness.back();
    warn.mockRestore();
    await process.log.append(records(0, 5, 10), { timeoutMs: 20_000 });
    await until(async () => (await applied(0)).length >= 10, 20_000);
    expect(await applied(0)).toEqual(upTo(10));
  });

  it('hands nothing over after a drain, and another goes on where it stopped', async () => {
    topic = await harness.createTopic(1);
    const first = await open();
    const one = await consume(first, (batch) => apply(first, batch));
    await first.log.append(records(0, 0, 5));
    await until(async () => (await applied(0)).length === 5);
    await one.drain();
    await first.log.append(records(0, 5, 10));
    const second = await open();
    await consume(second, (batch) => apply(second, batch));
    await until(async () => (await applied(0)).length === 10);
    expect(await applied(0)).toEqual(upTo(10));
  });

  it('tells the group what was applied, for tools that show lag', async () => {
    topic = await harness.createTopic(1);
    const process = await open();
    const consumption = await consume(process, (batch) => apply(process, batch));
    await process.log.append(records(0, 0, 5));
    await until(async () => (await applied(0)).length === 5);
    await until(async () => (await consumption.status())[0]?.next === 5);
    await consumption.drain();
    const admin = createClient({ brokers }, SILENT).admin();
    await admin.connect();
    const [offsets] = await admin.fetchOffsets({ groupId: groupIdOf(group, topic), topics: [topic] });
    await admin.disconnect();
    expect(offsets?.partitions).toMatchObject([{ partition: 0, offset: '5' }]);
  });

  it('costs next to nothing when idle: no timer runs while nothing is pending', async () => {
    topic = await harness.createTopic(1);
    const process = await open();
    await consume(process, (batch) => apply(process, batch));
    await process.log.append(records(0, 0, 5));
    await until(async () => (await applied(0)).length === 5);
    const timers = jest.spyOn(globalThis, 'setTimeout');
    const since = Date.now();
    await new Promise((resolve) => setImmediate(resolve));
    await until(() => Date.now() - since > 500);
    const short = timers.mock.calls.filter(([, ms]) => (ms ?? 0) <= 1);
    timers.mockRestore();
    expect(short.length).toBeLessThan(20);
  });

  it('an owner that hangs beyond its drain is fenced by the next', async () => {
    topic = await harness.createTopic(1);
    const zombie = await harness.open({ frozen: true });
    processes.push(zombie);
    await zombie.log.append(records(0, 0, 5));
    const inside = Promise.withResolvers<void>();
    const wake = Promise.withResolvers<void>();
    const outcome = Promise.withResolvers<unknown>();
    await consume(zombie, async (batch) => {
      inside.resolve();
      await wake.promise;
      await apply(zombie, batch).then(
        () => outcome.resolve('applied'),
        (error: unknown) => {
          outcome.resolve(error);
          throw error;
        },
      );
    });
    await inside.promise;
    await harness.expire(group, topic, 0);
    const heir = await open();
    await consume(heir, (batch) => apply(heir, batch));
    await until(async () => (await applied(0)).length === 5, 20_000);
    wake.resolve();
    expect(await outcome.promise).toBeInstanceOf(FencedError);
    expect(await applied(0)).toEqual(upTo(5));
  });
});
