/**
 * One partition in the hands of one owner: take, hand over, count tries, isolate poison (engine.md 4.3, 4.12). The same for every
 * log; what differs is who calls `step` and where records come from.
 */
import type { LogRecord } from '#contracts/record.js';
import type { Leases, Taken } from './checkpoints.js';
import { FencedError, InvariantError, StopPartitionError, TooSlowError, WorldError } from './errors.js';
import { gap } from './gaps.js';
import type { Gate } from './gate.js';
import type { Batch, Fence, Subscription } from './log.js';
import type { Undone } from './meter.js';
import { type Fresh, freshOf, type LanePosition } from './repeats.js';

/** Records from `from` on, in order, at most `max`; empty when there are none yet, null when they are on their way. */
export type Read = (from: number, max: number) => Promise<readonly LogRecord[] | null>;

export type Step =
  /** Something was settled: step again at once. */
  | { readonly kind: 'moved' }
  /** At the end of the log, or of what has come: step again when woken. */
  | { readonly kind: 'idle' }
  /** Step again after a pause: the world is away, or the batch failed. */
  | { readonly kind: 'retry'; readonly error: Error }
  /** The partition is another's. */
  | { readonly kind: 'lost' };

const MOVED: Step = { kind: 'moved' };
const IDLE: Step = { kind: 'idle' };
const LOST: Step = { kind: 'lost' };

/** Failures of a batch before it shrinks, and of a single record before it is parked. */
const TRIES = 3;

export interface RunDeps {
  readonly leases: Leases;
  readonly gate: Gate;
  /** Unique to the process and subscription. */
  readonly owner: string;
  /** Of a topic that a relay fills. */
  readonly lanePosition?: LanePosition;
  /** Told how many repeats a relay brought, once their drop is committed. */
  readonly onRepeats?: (count: number) => void;
  /** Told of a batch whose transaction did not commit. */
  readonly onUndone?: (how: Undone) => void;
}

export class PartitionRun {
  readonly #subscription: Subscription;
  readonly #deps: RunDeps;
  readonly #partition: number;
  readonly #abort = new AbortController();
  #taken: Taken | null = null;
  /** The row's `tries` already counts the try that comes next. */
  #counted = false;
  /** What is owed to the row before the next try: count the failure, or give the try back because the world was at fault. */
  #owed: 'nothing' | 'count' | 'forgive' = 'nothing';
  #lastFailure: Error | null = null;

  constructor(subscription: Subscription, deps: RunDeps, partition: number) {
    this.#subscription = subscription;
    this.#deps = deps;
    this.#partition = partition;
  }

  get partition(): number {
    return this.#partition;
  }

  /** Null while not owned. */
  get fence(): Fence | null {
    return this.#taken?.fence ?? null;
  }

  get next(): number {
    return this.#taken?.next ?? 0;
  }

  /** Takes the partition; false when another's lease is alive. Rejects with WorldError. */
  take(): Promise<boolean> {
    // Beside other batches but never beside a suspect: the try counted here must not be lost to its death.
    return this.#deps.gate.shared(async () => {
      if (!(await this.#take())) return false;
      if (this.#cautious) await this.#forgive();
      return true;
    });
  }

  /** The heartbeat found another owner: the running batch is told, and its outcome no longer counts. */
  lose(): void {
    this.#taken = null;
    this.#abort.abort(new FencedError(`partition ${this.#partition} was taken by another owner`));
  }

  /** Tells the running batch to give up: it has had its time to finish. */
  abort(): void {
    this.#abort.abort(new WorldError('the consumer stops'));
  }

  /** Gives the partition up, the try too if it was not made. Rejects with WorldError. */
  async release(): Promise<void> {
    if (this.#taken === null) return;
    if (this.#counted && this.#owed !== 'count') await this.#forgive();
    await this.#deps.leases.release(this.#taken.fence);
    this.#taken = null;
  }

  /**
   * Hands over one batch at most. Rejects with StopPartitionError when the partition cannot be read on, with InvariantError when
   * our own book-keeping is broken.
   */
  async step(read: Read): Promise<Step> {
    try {
      if (!(await this.#settle())) return LOST;
      return this.#cautious ? await this.#single(read) : await this.#deps.gate.shared(() => this.#many(read));
    } catch (error) {
      return await this.#sort(error);
    }
  }

  get #cautious(): boolean {
    return this.#taken !== null && this.#taken.next < this.#taken.cautiousUntil;
  }

  /** Pays what is owed to the row. Taking again also seeks: after an unknown commit `next` may have moved. */
  async #settle(): Promise<boolean> {
    const owed = this.#owed;
    if (this.#taken === null || owed === 'nothing') return this.#taken !== null;
    if (owed === 'forgive' && this.#counted) await this.#forgive();
    // A cautious try is counted where it is made, when nothing else runs.
    if (owed === 'count' && this.#cautious) this.#counted = false;
    else if (!(await this.take())) return false;
    this.#owed = 'nothing';
    return true;
  }

  async #take(): Promise<boolean> {
    const { group, topic } = this.#subscription;
    const taken = await this.#deps.leases.take(group, topic, this.#partition, this.#deps.owner);
    if (taken === null || this.#taken === null || taken.next !== this.#taken.next) this.#lastFailure = null;
    this.#taken = taken;
    this.#counted = taken !== null;
    return taken !== null;
  }

  async #forgive(): Promise<void> {
    if (this.#taken === null) return;
    await this.#deps.leases.forgive(this.#taken.fence);
    this.#taken = { ...this.#taken, tries: Math.max(this.#taken.tries - 1, 0) };
    this.#counted = false;
  }

  async #many(read: Read): Promise<Step> {
    const taken = this.#owned();
    const records = await this.#read(read, this.#subscription.maxRecords);
    if (records === null) return IDLE;
    if (records.length === 0) return this.#idle();
    const until = taken.next + records.length;
    if (taken.tries >= TRIES) {
      await this.#deps.leases.shrink(taken.fence, until);
      this.#taken = { ...taken, tries: 0, cautiousUntil: until };
      this.#counted = false;
      return MOVED;
    }
    const fresh = this.#fresh(records);
    if (fresh.records.length === 0) return this.#pass(until, fresh);
    await this.#handOver(this.#batch(fresh, until, 0));
    return this.#moved(until, fresh);
  }

  async #single(read: Read): Promise<Step> {
    const records = await this.#read(read, 1);
    if (records === null) return IDLE;
    if (records.length === 0) return this.#idle();
    const fresh = this.#fresh(records);
    if (fresh.records.length === 0) return this.#pass(this.#owned().next + 1, fresh);
    return this.#deps.gate.alone(async () => {
      const before = this.#owned().next;
      if (!this.#counted && !(await this.#take())) return LOST;
      const { next, tries } = this.#owned();
      if (next !== before) return MOVED;
      return this.#try(fresh, tries - 1);
    });
  }

  /** A record alone; `failed`: how often it failed so before, deaths of the process included. */
  async #try(record: Fresh, failed: number): Promise<Step> {
    const next = this.#owned().next + 1;
    if (failed < TRIES) {
      try {
        await this.#handOver(this.#batch(record, next, failed));
        return this.#moved(next, record);
      } catch (error) {
        if (!isFailure(error)) throw error;
        this.#lastFailure = error;
        if (failed + 1 < TRIES) throw error;
      }
    }
    const reason = this.#lastFailure ?? new Error('the process ended each time while it was on this record');
    // Its tries stay counted whatever happens now: it is set aside again, not tried again.
    this.#owed = 'count';
    await this.#subscription.onPoison(this.#batch(record, next, TRIES), reason);
    this.#owed = 'nothing';
    return this.#moved(next, record);
  }

  async #handOver(batch: Batch): Promise<void> {
    try {
      await this.#subscription.onBatch(batch);
    } catch (error) {
      if (error instanceof FencedError) this.#deps.onUndone?.('fenced');
      else if (!(error instanceof StopPartitionError)) this.#deps.onUndone?.('aborted');
      if (error instanceof TooSlowError) throw new Error(error.message, { cause: error });
      throw error;
    }
  }

  async #read(read: Read, max: number): Promise<readonly LogRecord[] | null> {
    const from = this.#owned().next;
    const records = await readSorted(read, from, max);
    records?.forEach((record, index) => {
      if (record.position === from + index) return;
      throw gap({ topic: this.#subscription.topic, partition: this.#partition }, from + index, record.position);
    });
    return records?.slice(0, max) ?? null;
  }

  /** Less what a relay brought again. */
  #fresh(records: readonly LogRecord[]): Fresh {
    const { reached } = this.#owned();
    const { lanePosition } = this.#deps;
    return lanePosition ? freshOf(records, reached, lanePosition) : { records, reached, repeats: 0 };
  }

  async #pass(next: number, fresh: Fresh): Promise<Step> {
    const { fence, next: first } = this.#owned();
    await this.#deps.leases.pass(fence, first, next);
    return this.#moved(next, fresh);
  }

  #batch({ records, reached }: Fresh, next: number, attempt: number): Batch {
    const { fence, next: first } = this.#owned();
    const of = this.#deps.lanePosition ? { ...fence, reached } : fence;
    return { fence: of, first, next, records, attempt, signal: this.#abort.signal };
  }

  #moved(next: number, { reached, repeats }: Fresh): Step {
    if (repeats > 0) this.#deps.onRepeats?.(repeats);
    if (this.#taken === null) return LOST;
    this.#taken = { ...this.#taken, next, reached, tries: 0 };
    this.#counted = false;
    this.#lastFailure = null;
    return MOVED;
  }

  async #idle(): Promise<Step> {
    if (this.#counted) await this.#forgive();
    return IDLE;
  }

  #owned(): Taken {
    if (this.#taken === null) throw new FencedError(`partition ${this.#partition} is another's`);
    return this.#taken;
  }

  async #sort(error: unknown): Promise<Step> {
    if (this.#taken === null) return LOST;
    if (error instanceof FencedError) return (await this.#retake()) ? MOVED : LOST;
    if (!(error instanceof WorldError) && !isFailure(error)) {
      this.#owed = 'forgive';
      throw error;
    }
    // What was already owed stays owed: a failure is not forgiven because the world went away before it was counted.
    if (this.#owed === 'nothing') this.#owed = error instanceof WorldError ? 'forgive' : 'count';
    return { kind: 'retry', error };
  }

  /** Still the owner: take the epoch again and seek to the row; else let go. */
  async #retake(): Promise<boolean> {
    try {
      return await this.take();
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      this.#taken = null;
      return false;
    }
  }
}

/** The message's fault or the handler's: what counts as a failed try. */
function isFailure(error: unknown): error is Error {
  const others = [WorldError, FencedError, StopPartitionError, InvariantError];
  return !others.some((kind) => error instanceof kind);
}

/** Reading is not the message's fault: whatever goes wrong there pauses the partition. */
async function readSorted(read: Read, from: number, max: number): Promise<readonly LogRecord[] | null> {
  try {
    return await read(from, max);
  } catch (error) {
    if (error instanceof WorldError || error instanceof StopPartitionError) throw error;
    throw new WorldError(`reading failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
