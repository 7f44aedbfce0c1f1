import fc from 'fast-check';
import type { Batch } from '#engine/log/log.js';
import { anyLane } from '#testing/contact-events/arbitrary.js';
import type { EventLane } from '#testing/contact-events/stream.js';
import { BatchProjector } from './batch-projector.js';
import { MemoryProjectionStore } from './memory-store.js';
import { searchOf } from './search.js';

const RUNS = { numRuns: 1_000 };

function batch(records: Batch['records'], first: number): Batch {
  const fence = { group: 'projection', topic: 'contact-events.g1', partition: 0, epoch: 1 };
  const { signal } = new AbortController();
  return { fence, first, next: first + records.length, records, attempt: 0, signal };
}

/** Rows by table and key, without the progress of the reader. */
function rowsOf(store: MemoryProjectionStore): string {
  const { contacts, tags, searches, timeline, enrollments, suppressions, effects, notifications } = store;
  const { ruleCounts, sourceCounts } = store;
  const tables = [
    contacts,
    searches,
    timeline,
    enrollments,
    suppressions,
    effects,
    notifications,
    ruleCounts,
    sourceCounts,
  ];
  return JSON.stringify([...tables.map((table) => [...table].sort(([a], [b]) => (a < b ? -1 : 1))), [...tags].sort()]);
}

async function whole(lane: EventLane): Promise<MemoryProjectionStore> {
  const store = new MemoryProjectionStore();
  if (lane.rows.length > 0) await new BatchProjector(store, lane).project(batch(lane.records(), 0));
  return store;
}

/** Where batches end, as shares of the lane, and how far each reads back over what was projected before. */
const cuts = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(5)), { maxLength: 8 });

it('a contact is found by what it is now, whatever led to it', async () => {
  await fc.assert(
    fc.asyncProperty(anyLane(40), async (lane) => {
      const { contacts, searches } = await whole(lane);
      expect([...searches.keys()].sort()).toEqual([...contacts.keys()].sort());
      for (const [key, row] of contacts) expect(searches.get(key)).toEqual(searchOf(row));
    }),
    RUNS,
  );
});

it('batch boundaries and redelivery change nothing', async () => {
  await fc.assert(
    fc.asyncProperty(anyLane(40), cuts, async (lane, shares) => {
      const store = new MemoryProjectionStore();
      const projector = new BatchProjector(store, lane);
      const { length } = lane.rows;
      let done = 0;
      let position = 0;
      for (const [share, back] of [...shares.sort(([a], [b]) => a - b), [1, 3] as const]) {
        const upTo = Math.round(share * length);
        const records = lane.records(Math.max(0, done - back), upTo);
        await projector.project(batch(records, position));
        position += records.length;
        done = Math.max(done, upTo);
      }
      expect(rowsOf(store)).toBe(rowsOf(await whole(lane)));
    }),
    RUNS,
  );
}, 60_000);

it('an erased contact comes out the same whenever its key went', async () => {
  await fc.assert(
    fc.asyncProperty(anyLane(30), fc.double({ min: 0, max: 1, noNaN: true }), async (lane, share) => {
      const before = Math.round(share * lane.rows.length);
      const store = new MemoryProjectionStore();
      const projector = new BatchProjector(store, lane);
      await projector.project(batch(lane.records(0, before), 0));
      lane.erase('ada');
      // What erasure tells the projection: an event of the contact after which its key is gone.
      lane.add('ada', { type: 'score_added', data: { by: { command: true }, points: 0 }, pii: null });
      await projector.project(batch(lane.records(before), before));
      expect(rowsOf(store)).toBe(rowsOf(await whole(lane)));
      expect(rowsOf(store)).not.toContain('ada@example.com');
    }),
    RUNS,
  );
}, 60_000);

it('rows of one contact depend on its events alone', async () => {
  await fc.assert(
    fc.asyncProperty(anyLane(30), async (lane) => {
      const store = await whole(lane);
      const alone = new MemoryProjectionStore();
      const projector = new BatchProjector(alone, lane);
      let position = 0;
      for (const name of ['dan', 'cy', 'bob', 'ada']) {
        const records = lane.records().filter(({ key }) => key === lane.contact(name));
        await projector.project(batch(records, position));
        position += records.length;
      }
      expect(rowsOf(alone)).toBe(rowsOf(store));
    }),
    RUNS,
  );
}, 60_000);
