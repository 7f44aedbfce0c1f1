/** What each test of the suite works with: processes, a group of its own, and what was committed for it. */
import { deriveId, type Uuid } from '#contracts/ids.js';
import type { Appendable } from '#contracts/record.js';
import type { Batch, Consumption, Subscription } from '../log.js';
import type { LogHarness, LogProcess, ProcessOptions } from './harness.js';

export interface Bench {
  readonly harness: LogHarness;
  /** Consumer group of this test. */
  readonly group: string;
  /** A process that the test's end closes. */
  open(options?: ProcessOptions): Promise<LogProcess>;
  /** Marks committed by this test, in order of commit. */
  applied(): Promise<string[]>;
  /** One transaction: writes the marks (by default the places of the records) and moves the checkpoint. */
  apply(process: LogProcess, batch: Batch, marks?: readonly string[]): Promise<void>;
  /** Consumes, applying each batch after `before` has seen it, and parking poison. */
  consume(
    process: LogProcess,
    topic: string,
    before?: (batch: Batch) => Promise<void> | void,
    more?: Partial<Subscription>,
  ): Promise<Consumption>;
  close(): Promise<unknown>;
}

const workspaceId = deriveId('workspace', 'conformance');
let counter = 0;

/** Places of a batch's records: `PARTITION/POSITION`. */
export const mark = (batch: Batch): string[] => batch.records.map((record) => `${record.partition}/${record.position}`);

/** `count` records, numbered from `from`. */
export function records(topic: string, count: number, key: (n: number) => Uuid, from = 0): Appendable[] {
  return Array.from({ length: count }, (_, i) => {
    const n = from + i;
    const id = deriveId(topic, n);
    return { topic, key: key(n), workspaceId, id, type: 'test', v: 1, at: 1_000 + n, data: { n }, sealed: null };
  });
}

/** A key of partition 0 to 9: its first 32 bits are the partition. */
export const keyIn = (partition: number): Uuid => `0000000${partition}-0000-8000-8000-000000000000`;

/** Marks of the positions from `from` up to, not with, `to`. */
export const places = (partition: number, from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `${partition}/${from + i}`);

export const inPartition = (marks: readonly string[], partition: number): string[] =>
  marks.filter((one) => one.startsWith(`${partition}/`));

export function newBench(harness: LogHarness): Bench {
  counter += 1;
  const group = `group-${counter}`;
  const processes: LogProcess[] = [];
  const apply: Bench['apply'] = (process, batch, marks = mark(batch)) =>
    process.apply(
      batch,
      marks.map((one) => `${group} ${one}`),
    );
  const consume: Bench['consume'] = (process, topic, before = () => undefined, more = {}) =>
    process.log.consume({
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
  return {
    harness,
    group,
    apply,
    consume,
    async open(options) {
      const process = await harness.open(options);
      processes.push(process);
      return process;
    },
    async applied() {
      const all = await harness.effects();
      return all.filter((one) => one.startsWith(`${group} `)).map((one) => one.slice(group.length + 1));
    },
    close: () => Promise.all(processes.map((process) => process.close())),
  };
}
