/**
 * What a log must do, whichever it is. Each adapter gives a harness and runs it: `logConformance('name', makeHarness)`.
 * The suite counts what was committed, never what a handler saw.
 */
import { deriveId, type Uuid } from '#contracts/ids.js';
import type { Appendable } from '#contracts/record.js';
import { FencedError, LogUnavailableError, StopPartitionError } from './errors.js';
import type { Batch, Consumption, Log, PartitionStatus, Subscription } from './log.js';

export interface LogFeatures {
  /** A call of `append` is durable whole or not at all. */
  readonly atomicAppend: boolean;
  /** Owners are known from leases: `expire` makes one fall over. */
  readonly leases: boolean;
  /** Records can be dropped from the front, as retention does. */
  readonly retention: boolean;
}

/** One process on the log. */
export interface LogProcess {
  readonly log: Log;
  /** One transaction: writes the marks and moves the batch's checkpoint. */
  apply(batch: Batch, marks: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface ProcessOptions {
  /** Its heartbeat stands still, as if the process hung. */
  readonly frozen?: boolean;
  readonly onFatal?: (error: unknown) => void;
}

export interface LogHarness {
  readonly features: LogFeatures;
  open(options?: ProcessOptions): Promise<LogProcess>;
  /** A topic of its own for the test. */
  createTopic(partitions: number): Promise<string>;
  /** All marks committed, in order of commit. */
  effects(): Promise<readonly string[]>;
  /** The lease of the partition's owner is over. */
  expire(group: string, topic: string, partition: number): Promise<void>;
  /** Takes the database away, and brings it back. */
  away(): Promise<void>;
  back(): Promise<void>;
  /** Drops the records below `position`. */
  dropBelow(topic: string, partition: number, position: number): Promise<void>;
  close(): Promise<void>;
}

/** Waits for a condition, not for a time. */
export async function until(holds: () => Promise<boolean> | boolean, what: string, withinMs = 15_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const workspaceId = deriveId('workspace', 'conformance');
const mark = (batch: Batch): string[] => batch.records.map((record) => `${record.partition}/${record.position}`);

let counter = 0;

/** Runs the suite; the harness is made once and shared, topics and groups are each test's own. */
export function logConformance(name: string, makeHarness: () => Promise<LogHarness>): void {
  describe(`${name} log`, () => {
    let harness: LogHarness;
    let processes: LogProcess[];
    let group: string;

    beforeAll(async () => {
      harness = await makeHarness();
    }, 60_000);
    afterAll(() => harness.close());
    beforeEach(() => {
      processes = [];
      counter += 1;
      group = `group-${counter}`;
    });
    afterEach(() => Promise.all(processes.map((process) => process.close())));

    async function open(options?: ProcessOptions): Promise<LogProcess> {
      const process = await harness.open(options);
      processes.push(process);
      return process;
    }

    /** Marks of this test: those that begin with its group. */
    async function applied(): Promise<string[]> {
      const all = await harness.effects();
      return all.filter((one) => one.startsWith(`${group} `)).map((one) => one.slice(group.length + 1));
    }

    function apply(process: LogProcess, batch: Batch, marks: readonly string[] = mark(batch)): Promise<void> {
      return process.apply(
        batch,
        marks.map((one) => `${group} ${one}`),
      );
    }

    /** Consumes, applying each batch after `before` has seen it. */
    function consume(
      process: LogProcess,
      topic: string,
      before: (batch: Batch) => Promise<void> | void = () => undefined,
      more: Partial<Subscription> = {},
    ): Promise<Consumption> {
      return process.log.consume({
        group,
        topic,
        maxRecords: 10,
        onBatch: async (batch) => {
          await before(batch);
          await apply(process, batch);
        },
        onPoison: (batch) =>
          apply(
            process,
            batch,
            mark(batch).map((one) => `parked ${one}`),
          ),
        ...more,
      });
    }

    function records(topic: string, count: number, key: (n: number) => Uuid, from = 0): Appendable[] {
      return Array.from({ length: count }, (_, i) => {
        const n = from + i;
        const id = deriveId(topic, n);
        return { topic, key: key(n), workspaceId, id, type: 'test', v: 1, at: 1_000 + n, data: { n }, sealed: null };
      });
    }

    /** Keys whose partition is `partition`: their first 32 bits are it. */
    const keyIn = (partition: number): Uuid => `0000000${partition}-0000-8000-8000-000000000000`;
    const places = (partition: number, from: number, to: number): string[] =>
      Array.from({ length: to - from }, (_, i) => `${partition}/${from + i}`);
    const inPartition = (marks: readonly string[], partition: number): string[] =>
      marks.filter((one) => one.startsWith(`${partition}/`));

    it('gives back what was appended, whole', async () => {
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
    }, 30_000);

    it('delivers a failed batch again, and applies it once', async () => {
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

    it('drains: the running batch ends, no other begins, another process goes on at once', async () => {
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
    }, 30_000);

    it('isolates poison: three tries of the batch, three of the record alone, then it alone is parked', async () => {
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

    it('crashes loudly when a checkpoint under its own epoch is not where it was left', async () => {
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

    it('tells where a group stands', async () => {
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

    it("shares partitions among the live, and a leaver's go to those who stay", async () => {
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
    }, 30_000);

    it('fences a second owner: what a zombie still writes changes nothing', async () => {
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
    }, 30_000);

    it('stops a partition at a gap and says so; the others flow', async () => {
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

    it('appends all of a call or none', async () => {
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
  });
}
