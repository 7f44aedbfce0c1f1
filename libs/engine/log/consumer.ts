/**
 * Consumes a topic: holds its share of the partitions, runs one batch at a time in each, and keeps the leases alive. The same for
 * every log; what differs is where records come from and who shares the partitions out.
 */
import type { Leases } from './checkpoints.js';
import { StopPartitionError, shownOf, WorldError } from './errors.js';
import { shortLog } from './gaps.js';
import type { Gate } from './gate.js';
import type { Consumption, PartitionStatus, Subscription } from './log.js';
import type { LogMeter } from './meter.js';
import { PartitionRun, type RunDeps } from './partition-run.js';
import { BACKOFF, type Backoff, pause, pauseMs } from './pause.js';
import type { LanePosition } from './repeats.js';
import type { Sharing } from './sharing.js';
import type { LogSource } from './source.js';

export interface ConsumerOptions {
  /** Between heartbeats; well below the lease (10 s). Default 2,500. */
  readonly heartbeatMs?: number;
  /** How long a drain waits for running batches before it aborts their signals. Default 20,000. */
  readonly drainMs?: number;
  readonly backoff?: Backoff;
  /** A fault of ours. Default: thrown where nobody catches it, so that the process ends loudly. */
  readonly onFatal?: (error: unknown) => void;
  /** How long a log must go on ending before a checkpoint until that is believed, in milliseconds. Default 0. */
  readonly shortLogAfterMs?: number;
  /** Counts what befell batches; default: nobody does. */
  readonly meter?: LogMeter;
}

const SILENT_METER: LogMeter = { undone: () => undefined, repeated: () => undefined };

export interface ConsumerDeps {
  readonly source: LogSource;
  readonly leases: Leases;
  readonly sharing: Sharing;
  readonly gate: Gate;
  /** Unique to the process and subscription. */
  readonly owner: string;
  readonly lanePosition?: LanePosition;
}

/** A partition that is to be had but still another's is asked for again soon: its owner is finishing a batch, or hangs. */
const TAKE_AGAIN_MS = 200;
const SHORT_AGAIN_MS = 500;

interface Running {
  readonly run: PartitionRun;
  /** Aborted when the partition is to be let go of after the running batch. */
  readonly stop: AbortController;
  /** Milliseconds since the epoch: a batch that runs on after this loses its lease. */
  letGoBy: number;
  done: Promise<void>;
}

export class Consumer implements Consumption {
  readonly #subscription: Subscription;
  readonly #deps: ConsumerDeps;
  readonly #options: Required<ConsumerOptions>;
  readonly #running = new Map<number, Running>();
  readonly #stopped = new Map<number, Error>();
  readonly #paused = new Map<number, Error>();
  readonly #draining = new AbortController();
  #beating: Promise<void> = Promise.resolve();
  #hurry = new AbortController();
  #renewedAt = 0;

  constructor(subscription: Subscription, deps: ConsumerDeps, options: ConsumerOptions = {}) {
    if (!(subscription.maxRecords >= 1)) throw new Error(`maxRecords must be above 0, not ${subscription.maxRecords}`);
    this.#subscription = subscription;
    this.#deps = deps;
    this.#options = {
      heartbeatMs: 2_500,
      drainMs: 20_000,
      backoff: BACKOFF,
      onFatal: crash,
      meter: SILENT_METER,
      shortLogAfterMs: 0,
      ...options,
    };
  }

  /** Begins to take partitions. Does not wait for the database: it is tried until it is there. */
  start(): this {
    this.#beating = this.#beatUntilDrained().catch(this.#options.onFatal);
    return this;
  }

  /** What the process should hold has changed: the next heartbeat is due now. */
  hurry(): void {
    this.#hurry.abort();
  }

  async drain(): Promise<void> {
    this.#draining.abort();
    this.hurry();
    await this.#beating;
    const running = [...this.#running.values()];
    for (const { stop } of running) stop.abort();
    const impatience = setTimeout(() => {
      for (const { run } of running) run.abort();
    }, this.#options.drainMs);
    await Promise.all(running.map(({ done }) => done));
    clearTimeout(impatience);
    await unlessAway(() => this.#deps.sharing.leave());
  }

  async status(): Promise<readonly PartitionStatus[]> {
    const { group, topic } = this.#subscription;
    const [rows, ends] = await Promise.all([this.#deps.leases.list(group, topic), this.#deps.source.ends(topic)]);
    return ends.map((end, partition) => {
      const trouble = this.#stopped.get(partition) ?? this.#paused.get(partition);
      return {
        partition,
        owned: this.#running.has(partition),
        next: rows.find((row) => row.partition === partition)?.next ?? 0,
        end,
        trouble: trouble === undefined ? null : shownOf(trouble),
      };
    });
  }

  async #beatUntilDrained(): Promise<void> {
    const { heartbeatMs, backoff } = this.#options;
    let failures = 0;
    while (!this.#draining.signal.aborted) {
      this.#hurry = new AbortController();
      let wait = heartbeatMs;
      const there = await unlessAway(async () => {
        if (!(await this.#beat())) wait = Math.min(TAKE_AGAIN_MS, heartbeatMs);
      });
      failures = there ? 0 : failures + 1;
      if (!there) wait = Math.min(pauseMs(backoff, failures - 1), heartbeatMs);
      if (!this.#draining.signal.aborted) await pause(wait, this.#hurry.signal);
    }
  }

  /** Keeps what is held, and moves one step towards what should be; false when something was still another's. */
  async #beat(): Promise<boolean> {
    const { source, sharing } = this.#deps;
    const [running, stopped] = [new Set(this.#running.keys()), new Set(this.#stopped.keys())];
    const moves = await sharing.moves({ partitions: source.partitions(this.#subscription.topic), running, stopped });
    await this.#renew();
    for (const partition of moves.release) this.#letGo(partition);
    let all = true;
    for (const partition of moves.take) {
      if (this.#draining.signal.aborted) return true;
      const run = new PartitionRun(this.#subscription, this.#runDeps(), partition);
      if (await run.take()) this.#begin(run);
      else all = false;
    }
    return all;
  }

  #runDeps(): RunDeps {
    const { meter } = this.#options;
    return {
      ...this.#deps,
      onUndone: (how) => meter.undone(this.#subscription, how),
      onRepeats: (count) => meter.repeated(this.#subscription, count),
    };
  }

  #letGo(partition: number): void {
    const running = this.#running.get(partition);
    if (!running || running.stop.signal.aborted) return;
    running.letGoBy = Date.now() + this.#options.drainMs;
    running.stop.abort();
  }

  /** Due once a heartbeat, however often the shares are looked at in between. */
  async #renew(): Promise<void> {
    const now = Date.now();
    if (now - this.#renewedAt < this.#options.heartbeatMs / 2) return;
    this.#renewedAt = now;
    const kept = [...this.#running.values()].filter(({ letGoBy }) => now < letGoBy);
    const held = kept.flatMap(({ run }) => (run.fence ? [run.fence] : []));
    for (const { partition, epoch } of held.length === 0 ? [] : await this.#deps.leases.renew(held)) {
      const run = this.#running.get(partition)?.run;
      // A run that took its partition again meanwhile has another epoch and lost nothing.
      if (run?.fence?.epoch === epoch) run.lose();
    }
  }

  #begin(run: PartitionRun): void {
    const running: Running = {
      run,
      stop: new AbortController(),
      letGoBy: Number.POSITIVE_INFINITY,
      done: Promise.resolve(),
    };
    this.#running.set(run.partition, running);
    running.done = this.#loop(running)
      .catch((error: unknown) => this.#halt(run.partition, error))
      .then(() => unlessAway(() => run.release()))
      .catch(this.#options.onFatal)
      .then(() => {
        this.#paused.delete(run.partition);
        this.#running.delete(run.partition);
        this.hurry();
      })
      .then(() => undefined);
  }

  async #loop(running: Running): Promise<void> {
    const { run, stop } = running;
    const { source } = this.#deps;
    const { topic, maxBytes } = this.#subscription;
    const { partition } = run;
    let failures = 0;
    const read = (from: number, max: number) => source.read(topic, partition, from, max, maxBytes);
    await this.#refuseShortLog(running);
    while (!stop.signal.aborted) {
      const version = source.wakes.version(topic, partition);
      const step = await run.step(read);
      if (step.kind === 'lost') return;
      if (step.kind === 'retry') {
        this.#paused.set(partition, step.error);
        await pause(pauseMs(this.#options.backoff, failures), stop.signal);
        failures += 1;
      } else {
        this.#paused.delete(partition);
        failures = 0;
      }
      if (step.kind === 'idle') await source.wakes.changed(topic, partition, version, stop.signal);
    }
  }

  async #refuseShortLog({ run, stop }: Running): Promise<void> {
    const { topic } = this.#subscription;
    const believedAt = Date.now() + this.#options.shortLogAfterMs;
    for (;;) {
      let end = Number.POSITIVE_INFINITY;
      await unlessAway(async () => {
        end = (await this.#deps.source.ends(topic))[run.partition] ?? 0;
      });
      if (end >= run.next || stop.signal.aborted) return;
      if (Date.now() >= believedAt) throw shortLog({ topic, partition: run.partition }, run.next, end);
      await pause(SHORT_AGAIN_MS, stop.signal);
    }
  }

  #halt(partition: number, error: unknown): void {
    const reason = error instanceof Error ? error : new Error(String(error));
    this.#stopped.set(partition, reason);
    if (!(error instanceof StopPartitionError)) this.#options.onFatal(error);
    this.#subscription.onStopped?.(partition, reason);
  }
}

/** False when the world was away: what was to be done is done again later, or a lease that was not given back ends by itself. */
async function unlessAway(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof WorldError) return false;
    throw error;
  }
}

function crash(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
