import { deriveId } from '#contracts/ids.js';
import type { Appendable } from '#contracts/record.js';
import { partitionOf } from '#contracts/topics.js';
import type { Place } from '../log/bulk-gate.js';
import { FEWEST_ROWS, MOST_ROWS } from './pace.js';
import { type Counts, NOTHING_YET, type Reject, sum } from './progress.js';
import { FileError, type Row } from './row.js';
import { CHUNK_CHARS, type ImportPorts, runImport } from './run-import.js';

const TOPIC = 'engagements.g1';
const PARTITIONS = 4;
const WORKSPACE = deriveId('workspace');

async function* rows(count: number, failAt?: number): AsyncGenerator<Row> {
  for (let n = 0; n < count; n += 1) {
    if (n === failAt) throw new FileError('a quote is opened');
    yield { line: n + 2, raw: `row ${n}`, values: new Map([['n', n]]), problem: null };
  }
}

const inputOf = (row: Row): Appendable => ({
  topic: TOPIC,
  key: deriveId('contact', row.raw),
  workspaceId: WORKSPACE,
  id: deriveId('import', row.line),
  type: 'contact_upsert',
  v: 1,
  at: 0,
  data: {},
  sealed: null,
});

/** Every tenth row is refused, before; every seventh by its contact. */
const make = async (chunk: readonly Row[]) =>
  chunk.map((row) =>
    row.line % 10 === 0 ? { refused: 'no address' } : { inputs: [inputOf(row)], sample: { line: row.line } },
  );

/** A log and an engine that decides all at once; `killedAt`: the save that never comes back. */
class World implements ImportPorts {
  readonly appended: Appendable[] = [];
  readonly rejects: Reject[] = [];
  readonly admitted: Set<number>[] = [];
  readonly shown: unknown[] = [];
  counts: Counts = NOTHING_YET;
  underWay = 0;
  mostUnderWay = 0;
  killedAt = Number.POSITIVE_INFINITY;
  /** Of its decisions: inputs in a second, and how long they have taken by now. */
  perSecond = 1_000_000;
  clock = 0;

  now = () => this.clock;
  readonly log = {
    partitions: () => PARTITIONS,
    append: async (records: readonly Appendable[]) => {
      this.underWay += records.length;
      this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
      return records.map((record) => {
        this.appended.push(record);
        return { partition: partitionOf(record.key as string, PARTITIONS), position: this.appended.length };
      });
    },
  };
  readonly gate = {
    admit: async (partitions: ReadonlySet<number>) => void this.admitted.push(new Set(partitions)),
    decided: async (places: readonly Place[]) => {
      this.clock += (places.length / this.perSecond) * 1_000;
      this.underWay -= places.length;
    },
  };
  outcomes = async (inputs: readonly { readonly inputId: string }[]) =>
    inputs.map(({ inputId }) => {
      const line = Number(this.appended.findIndex(({ id }) => id === inputId));
      return { changed: line % 2 === 0, refused: line % 7 === 6 ? 'has too many tags' : null };
    });
  save = async (counts: Counts, rejects: readonly Reject[]) => {
    if (this.killedAt-- <= 0) throw new Error('killed');
    this.counts = counts;
    this.rejects.push(...rejects);
  };
  samples = async (samples: readonly unknown[]) => void this.shown.push(samples);
}

const run = (world: World, count: number, more: Partial<Parameters<typeof runImport>[0]> = {}) =>
  runImport({ rows: rows(count), make, done: world.counts, dryRun: false, ...more }, world);

it('appends every row that is taken, under an id of its own, and counts what became of it', async () => {
  const world = new World();
  const counts = await run(world, 1_000);
  expect(counts).toEqual(world.counts);
  expect(counts.rows).toBe(1_000);
  expect(counts.inputs).toBe(900);
  expect(new Set(world.appended.map(({ id }) => id)).size).toBe(900);
  expect(counts.changed + counts.unchanged + counts.rejected).toBe(1_000);
  expect(world.rejects.length).toBe(counts.rejected);
  expect(world.rejects.find(({ reason }) => reason === 'no address')).toEqual({
    line: 10,
    reason: 'no address',
    raw: 'row 8',
  });
  expect(world.rejects.some(({ reason }) => reason === 'has too many tags')).toBe(true);
  expect(world.shown).toEqual([[2, 3, 4, 5, 6].map((line) => ({ line }))]);
});

it('asks to be let in before each append, for the partitions it goes to, and has two chunks under way at most', async () => {
  const world = new World();
  await run(world, MOST_ROWS * 20);
  expect(world.admitted.length).toBeGreaterThanOrEqual(20);
  expect(world.admitted[0]).toEqual(new Set([0, 1, 2, 3]));
  expect(world.mostUnderWay).toBeLessThanOrEqual(2 * MOST_ROWS);
});

it('has fewer under way where they are decided slowly, so that what comes live behind them need not wait', async () => {
  const world = new World();
  world.perSecond = 100;
  await run(world, 1_000);
  expect(world.mostUnderWay / world.perSecond).toBeLessThan(1);
  expect(world.mostUnderWay).toBeGreaterThanOrEqual(FEWEST_ROWS);
});

it.each([0, 1, 2, 5])('killed after %i saved chunks and begun again, has every row once', async (killedAt) => {
  const world = new World();
  world.killedAt = killedAt;
  await expect(run(world, 3_100)).rejects.toThrow('killed');
  expect(world.counts.rows > 0).toBe(killedAt > 0);
  world.killedAt = Number.POSITIVE_INFINITY;
  const counts = await run(world, 3_100);
  expect(counts.rows).toBe(3_100);
  expect(new Set(world.appended.map(({ id }) => id)).size).toBe(2_790);
  expect(new Set(world.rejects.map(({ line }) => line)).size).toBe(world.rejects.length);
});

it('appends nothing in a dry run, and says what it would', async () => {
  const world = new World();
  const counts = await run(world, 700, { dryRun: true });
  expect(counts).toEqual({ ...NOTHING_YET, rows: 700, inputs: 630, rejected: 70 });
  expect([world.appended.length, world.admitted.length]).toEqual([0, 0]);
  expect(world.shown).toHaveLength(1);
});

it('does what stands before the place where a file cannot be read on', async () => {
  const world = new World();
  await expect(run(world, 0, { rows: rows(2_000, 777) })).rejects.toThrow(FileError);
  expect(world.counts.rows).toBe(777);
});

it('stops between chunks when it is told to', async () => {
  const world = new World();
  const stop = new AbortController();
  const stopping = { ...world, save: async () => stop.abort(new Error('stopped')) };
  const job = { rows: rows(10_000), make, done: NOTHING_YET, dryRun: false, signal: stop.signal };
  await expect(runImport(job, Object.assign(stopping, { log: world.log, gate: world.gate }))).rejects.toThrow(
    'stopped',
  );
  expect(world.appended.length).toBeLessThan(10_000);
});

it('adds counts up', () => {
  const one = { rows: 1, inputs: 2, changed: 3, unchanged: 4, rejected: 5 };
  expect(sum(one, one)).toEqual({ rows: 2, inputs: 4, changed: 6, unchanged: 8, rejected: 10 });
});

it('takes fewer rows at once where they are long', async () => {
  const raw = 'x'.repeat(CHUNK_CHARS / 4);
  const chunks: number[] = [];
  async function* long(): AsyncGenerator<Row> {
    for (let n = 0; n < 10; n += 1) yield { line: n + 2, raw, values: new Map(), problem: null };
  }
  const taken = async (chunk: readonly Row[]) => {
    chunks.push(chunk.length);
    return make(chunk);
  };
  await runImport({ rows: long(), make: taken, done: NOTHING_YET, dryRun: false }, new World());
  expect(chunks).toEqual([4, 4, 2]);
});
