/**
 * The way of an import: rows in chunks → inputs with deterministic ids → admitted and appended → decided → counted. A chunk's counts and
 * rejects are saved when all of it is decided; whoever goes on after a crash appends the chunks after that again, and they count once
 * (engine.md 4.2). Two chunks are under way at once, of as many rows as are soon decided: no more stands between live traffic and its
 * decision.
 */
import type { Uuid } from '#contracts/ids.js';
import type { Json } from '#contracts/json.js';
import type { Appendable } from '#contracts/record.js';
import { partitionOf } from '#contracts/topics.js';
import type { BulkGate, Place } from '../log/bulk-gate.js';
import type { Log } from '../log/log.js';
import { MOST_ROWS, Pace } from './pace.js';
import { type Counts, NOTHING_YET, type Reject, sum } from './progress.js';
import type { Row } from './row.js';

/** What a row becomes. */
export interface Made {
  /** Inputs, whose outcome is counted. */
  readonly inputs: readonly Appendable[];
  /** What goes on the log beside them, uncounted. */
  readonly beside?: readonly Appendable[];
  /** For people: what the row says, once read. */
  readonly sample?: Json;
}

export interface Refused {
  readonly refused: string;
}

/** What became of an input that is decided. */
export interface Outcome {
  readonly changed: boolean;
  /** Why its contact refused it, in words; null when it did not. */
  readonly refused: string | null;
}

export interface ImportPorts {
  readonly log: Pick<Log, 'append' | 'partitions'>;
  readonly gate: Pick<BulkGate, 'admit' | 'decided'>;
  /** Milliseconds, of a clock that never goes back. */
  now(): number;
  /** What became of inputs that are decided, in the order asked. */
  outcomes(inputs: readonly Input[]): Promise<readonly Outcome[]>;
  /** In one transaction, under the fence of this run. Rejects with FencedError when the import is another's by now. */
  save(counts: Counts, rejects: readonly Reject[]): Promise<void>;
  /** Told the first samples, once. */
  samples(samples: readonly Json[]): Promise<void>;
}

export interface Input {
  readonly contactId: Uuid;
  readonly inputId: Uuid;
  readonly place: Place;
}

export interface ImportJob {
  readonly rows: AsyncIterable<Row>;
  /** What rows become, in their order. */
  make(rows: readonly Row[]): Promise<readonly (Made | Refused)[]>;
  /** Counts of an earlier run: so many rows are done with. */
  readonly done: Counts;
  /** Appends nothing. */
  readonly dryRun: boolean;
  readonly signal?: AbortSignal;
}

/** Characters of a chunk from which on it is full: long rows are fewer at once. */
export const CHUNK_CHARS = 1_000_000;
/** Chunks under way, one decided and one made meanwhile: with their rows, what the engine has of an import at most. */
const UNDER_WAY = 2;
const SAMPLES = 5;
const APPEND_MS = 30_000;

interface Chunk {
  readonly rows: readonly Row[];
  readonly rejects: Reject[];
  /** By input: the row it came of. */
  readonly inputs: readonly (Input & { readonly row: Row })[];
  /** When it was appended. */
  readonly sentAt: number;
}

/** Runs to the end and answers the counts. Rejects with FileError where the file cannot be read on; what is before it is done. */
export async function runImport(job: ImportJob, ports: ImportPorts): Promise<Counts> {
  const { dryRun, signal } = job;
  let counts = job.done;
  let shown = job.done.rows > 0;
  const underWay: Chunk[] = [];
  const pace = new Pace();
  const settle = async (): Promise<void> => {
    const chunk = underWay.shift();
    if (chunk === undefined) return;
    const { own, rejects } = await settled(chunk, ports, dryRun, signal);
    if (chunk.inputs.length > 0) pace.took(ports.now() - chunk.sentAt);
    counts = sum(counts, own);
    await ports.save(counts, rejects);
  };
  try {
    for await (const rows of chunksAfter(job.rows, job.done.rows, () => (dryRun ? MOST_ROWS : pace.rows))) {
      signal?.throwIfAborted();
      const made = await job.make(rows);
      if (!shown) {
        const samples = made.flatMap((one) => ('sample' in one && one.sample !== undefined ? [one.sample] : []));
        await ports.samples(samples.slice(0, SAMPLES));
        shown = true;
      }
      underWay.push(await sent(rows, made, ports, dryRun, signal));
      if (underWay.length >= UNDER_WAY) await settle();
    }
  } catch (error) {
    // What was read before the fault is done with all the same.
    if (!signal?.aborted) while (underWay.length > 0) await settle();
    throw error;
  }
  while (underWay.length > 0) await settle();
  return counts;
}

/** Rows after the first `skip`, in chunks of so many as `most` says by then. Rows before are read and left: quotes have no meaning without what stands before them. */
async function* chunksAfter(
  rows: AsyncIterable<Row>,
  skip: number,
  most: () => number,
): AsyncGenerator<readonly Row[]> {
  let chunk: Row[] = [];
  let chars = 0;
  let read = 0;
  try {
    for await (const row of rows) {
      read += 1;
      if (read <= skip) continue;
      chunk.push(row);
      chars += row.raw.length;
      if (chunk.length < most() && chars < CHUNK_CHARS) continue;
      const full = chunk;
      [chunk, chars] = [[], 0];
      yield full;
    }
  } catch (error) {
    if (chunk.length > 0) yield chunk;
    throw error;
  }
  if (chunk.length > 0) yield chunk;
}

async function sent(
  rows: readonly Row[],
  made: readonly (Made | Refused)[],
  { gate, log, now }: ImportPorts,
  dryRun: boolean,
  signal: AbortSignal | undefined,
): Promise<Chunk> {
  const rejects: Reject[] = [];
  const records: { readonly record: Appendable; readonly row: Row | null }[] = [];
  for (const [index, row] of rows.entries()) {
    const one = made[index] as Made | Refused;
    if ('refused' in one) {
      rejects.push({ line: row.line, reason: one.refused, raw: row.raw });
      continue;
    }
    for (const record of one.inputs) records.push({ record, row });
    for (const record of one.beside ?? []) records.push({ record, row: null });
  }
  const inputs = records.filter(({ row }) => row !== null);
  if (dryRun || records.length === 0) {
    const unsent = inputs.map(({ record, row }) => ({ ...addressOf(record), row: row as Row }));
    return { rows, rejects, inputs: unsent, sentAt: now() };
  }
  const topics = new Set(inputs.map(({ record }) => record.topic));
  const partitions = records
    .filter(({ record }) => topics.has(record.topic))
    .map(({ record }) => partitionOf(record.key as Uuid, log.partitions(record.topic)));
  await gate.admit(new Set(partitions), signal);
  const sentAt = now();
  const places = await log.append(
    records.map(({ record }) => record),
    { timeoutMs: APPEND_MS },
  );
  const placed = records.map(({ record, row }, index) => {
    const { topic = record.topic, partition, position } = places[index] as (typeof places)[number];
    return { ...addressOf(record), place: { topic, partition, position }, row };
  });
  return { rows, rejects, inputs: placed.filter((one): one is typeof one & { row: Row } => one.row !== null), sentAt };
}

function addressOf({ key, id, topic }: Appendable): Input {
  return { contactId: key as Uuid, inputId: id, place: { topic, partition: 0, position: -1 } };
}

async function settled(
  { rows, rejects, inputs }: Chunk,
  { gate, outcomes }: ImportPorts,
  dryRun: boolean,
  signal: AbortSignal | undefined,
): Promise<{ readonly own: Counts; readonly rejects: readonly Reject[] }> {
  const own = { ...NOTHING_YET, rows: rows.length, inputs: inputs.length };
  if (dryRun || inputs.length === 0) return { own: { ...own, rejected: rejects.length }, rejects };
  await gate.decided(
    inputs.map(({ place }) => place),
    signal,
  );
  const found = await outcomes(inputs);
  const refused = new Map<Row, string>();
  for (const [index, outcome] of found.entries()) {
    const row = inputs[index]?.row;
    if (outcome.refused !== null && row !== undefined) refused.set(row, outcome.refused);
  }
  const all = [...rejects, ...[...refused].map(([row, reason]) => ({ line: row.line, reason, raw: row.raw }))];
  const counted = found.filter((outcome) => outcome.refused === null);
  const changed = counted.filter((outcome) => outcome.changed).length;
  return {
    own: { ...own, changed, unchanged: counted.length - changed, rejected: all.length },
    rejects: all.sort((a, b) => a.line - b.line),
  };
}
