import { deriveId } from '#contracts/ids.js';
import type { LogRecord } from '#contracts/record.js';
import { inMemoryTransaction } from '#engine/transaction/memory-transaction.js';
import { StopPartitionError } from './errors.js';
import { Gate } from './gate.js';
import { MemoryCheckpoints } from './memory-checkpoints.js';
import { PartitionRun, type Step } from './partition-run.js';
import { freshOf } from './repeats.js';

const topic = 'contact-events.g1';
const id = deriveId('any');
const lanePosition = (record: LogRecord) => record.data['position'] as number;

/** Records whose lane positions are as given, at positions 0, 1, 2 … */
function relayed(...lane: readonly number[]): LogRecord[] {
  const base = { topic, partition: 0, key: null, workspaceId: id, id, type: 'test', v: 1, at: 0, sealed: null };
  return lane.map((position, index) => ({ ...base, position: index, data: { position } }));
}

it('keeps what is above the last position applied', () => {
  const records = relayed(0, 1, 2, 1, 2, 3);
  const { records: fresh, reached, repeats } = freshOf(records, 0, lanePosition);
  expect(fresh.map(lanePosition)).toEqual([1, 2, 3]);
  expect([reached, repeats]).toEqual([3, 3]);
  expect(() => freshOf(relayed(0, 2), -1, lanePosition)).toThrow(StopPartitionError);
});

describe('a run', () => {
  const checkpoints = new MemoryCheckpoints();
  const applied: number[] = [];
  let dropped = 0;

  function run(owner: string, records: readonly LogRecord[], maxRecords: number): () => Promise<Step> {
    const subscription = {
      group: 'g',
      topic,
      maxRecords,
      onBatch: (batch: Parameters<import('./log.js').Subscription['onBatch']>[0]) =>
        inMemoryTransaction(async (tx) => {
          await checkpoints.advance(tx, batch.fence, batch.first, batch.next);
          tx.write(() => applied.push(...batch.records.map(lanePosition)));
        }),
      onPoison: () => Promise.reject(new Error('nothing is poison here')),
    };
    const onRepeats = (count: number) => {
      dropped += count;
    };
    const deps = { leases: checkpoints, gate: new Gate(1), owner, lanePosition, onRepeats };
    const of = new PartitionRun(subscription, deps, 0);
    return async () => {
      if (of.fence === null) await of.take();
      return of.step(async (from, max) => records.slice(from, from + max));
    };
  }

  it('applies each lane position once, also where a batch holds repeats only, and across owners', async () => {
    const records = relayed(0, 1, 2, 0, 1, 1, 2, 3, 4, 2, 3, 4);
    const first = run('a', records, 4);
    expect(await first()).toEqual({ kind: 'moved' });
    expect(await first()).toEqual({ kind: 'moved' });
    expect(applied).toEqual([0, 1, 2, 3]);
    const row = (await checkpoints.list('g', topic))[0];
    expect(row?.next).toBe(8);
    checkpoints.expire('g', topic, 0);
    const second = run('b', records, 3);
    while ((await second()).kind === 'moved');
    expect(applied).toEqual([0, 1, 2, 3, 4]);
    expect((await checkpoints.list('g', topic))[0]?.next).toBe(12);
    expect(dropped).toBe(7);
  });
});
