/** Nest's transport for the log: hands whole batches to decorated methods, from whichever adapter runs. */
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import { topicOf } from '#contracts/topics.js';
import { StopPartitionError, WorldError } from '#engine/log/errors.js';
import type { Generations } from '#engine/log/generations.js';
import type { Batch, Consumption, Log, PartitionStatus } from '#engine/log/log.js';
import { type BatchConsuming, type Binding, type Consuming, LOG_TRANSPORT, type Poison } from './batch-handler.js';

export interface LogServerOptions {
  readonly log: Pick<Log, 'consume'>;
  /** Which generation of a topic each group reads, and when it goes on to the next. Default: the first, for ever. */
  readonly generations?: Generations;
  /** No handler gets more records at once, however many it asked for. Default: as many as it asked for. */
  readonly maxRecords?: number;
  /** A partition stopped for good: an operator must act. */
  readonly onStopped?: (consuming: Consuming, partition: number, reason: Error) => void;
}

/** Where one group stands on one topic. */
export interface ConsumptionStatus extends Consuming {
  readonly partitions: readonly PartitionStatus[];
}

type Handle = (payload: Batch | Poison) => Promise<void>;

/** What is consumed, and where it has come to. */
interface Followed {
  readonly consuming: BatchConsuming;
  readonly handle: Handle;
  generation: number;
  consumption: Consumption;
}

/** How often it is asked whether a group may go on to the next generation. */
const GO_ON_MS = 1_000;

const nameOf = ({ group, topic }: Consuming): string => `${group}/${topic}`;

export class LogServer extends Server implements CustomTransportStrategy {
  override readonly transportId = LOG_TRANSPORT;
  /** The runner gets every error: Nest need not report it too. */
  override readonly propagatesEventHandlerErrors = true;
  readonly #options: LogServerOptions;
  readonly #batches = new Map<string, { readonly consuming: BatchConsuming; readonly handle: Handle }>();
  readonly #poison = new Map<string, Handle>();
  readonly #followed: Followed[] = [];
  #following: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: LogServerOptions) {
    super();
    this.#options = options;
  }

  /** Called by Nest for each decorated method. Throws when two handle the same topic in one group: each batch has one transaction. */
  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    isEventHandler = false,
    extras: Record<string, unknown> = {},
  ): void {
    const binding = extras['binding'] as Binding | undefined;
    if (binding === undefined) throw new Error(`${String(pattern)} is bound to the log without @BatchHandler`);
    const name = nameOf(binding);
    const taken = binding.role === 'batch' ? this.#batches.has(name) : this.#poison.has(name);
    if (taken) throw new Error(`two methods are ${binding.role} handlers of ${name}`);
    super.addHandler(pattern, callback, isEventHandler, extras);
    if (binding.role === 'batch') this.#batches.set(name, { consuming: binding, handle: handleOf(callback) });
    else this.#poison.set(name, handleOf(callback));
  }

  /** Begins to consume every topic that has a handler. */
  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      for (const name of this.#poison.keys()) {
        if (!this.#batches.has(name)) throw new Error(`${name} has a poison handler and no batch handler`);
      }
      for (const { consuming, handle } of this.#batches.values()) await this.#follow(consuming, handle);
      if (this.#options.generations) this.#timer = setInterval(() => this.#goOn(), GO_ON_MS).unref();
      callback();
    } catch (error) {
      callback(error);
    }
  }

  /** Lets running batches end and gives all partitions up. The log itself stays open: it is its maker's to close. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closed = true;
    await this.#following;
    await Promise.all(this.#followed.splice(0).map(({ consumption }) => consumption.drain()));
  }

  /** Per group and topic where its partitions stand. Rejects with WorldError when the log is away. */
  consumptions(): Promise<readonly ConsumptionStatus[]> {
    return Promise.all(
      this.#followed.map(async ({ consuming: { group, topic }, consumption }) => ({
        group,
        topic,
        partitions: await consumption.status(),
      })),
    );
  }

  on(): never {
    throw new Error('the log transport has no events to listen to');
  }

  unwrap<T>(): T {
    return this.#options.log as T;
  }

  async #follow(consuming: BatchConsuming, handle: Handle): Promise<void> {
    const { group, topic } = consuming;
    const generation = (await this.#options.generations?.reading(group, topic)) ?? 1;
    const consumption = await this.#consume(consuming, handle, generation);
    this.#followed.push({ consuming, handle, generation, consumption });
  }

  /** Each in its turn: whatever is done with its generation is consumed in the next. */
  #goOn(): void {
    this.#following = this.#following.then(async () => {
      for (const followed of this.#followed) if (!this.#closed) await this.#advance(followed);
    });
    this.#following.catch((error: unknown) => {
      if (!(error instanceof WorldError)) throw error;
      // The database or the log is away: the next turn asks again.
      this.#following = Promise.resolve();
    });
  }

  async #advance(followed: Followed): Promise<void> {
    const { consuming, handle, generation, consumption } = followed;
    const { group, topic } = consuming;
    if (!(await this.#options.generations?.advance(group, topic, generation))) return;
    await consumption.drain();
    followed.generation = generation + 1;
    followed.consumption = await this.#consume(consuming, handle, generation + 1);
  }

  #consume(consuming: BatchConsuming, handle: Handle, generation: number): Promise<Consumption> {
    const { group, topic } = consuming;
    const { log, maxRecords = consuming.maxRecords, onStopped } = this.#options;
    const park = this.#poison.get(nameOf(consuming));
    return log.consume({
      group,
      topic: topicOf(topic, generation),
      maxRecords: Math.min(maxRecords, consuming.maxRecords),
      ...(consuming.maxBytes === undefined ? {} : { maxBytes: consuming.maxBytes }),
      onBatch: handle,
      onPoison: async (batch, error) => {
        if (park) return park({ batch, error });
        const place = `${topic}/${batch.fence.partition} at ${batch.first}`;
        throw new StopPartitionError(`${group} cannot handle ${place} and has no way to set it aside`, {
          cause: error,
        });
      },
      onStopped: (partition, reason) => onStopped?.({ group, topic }, partition, reason),
    });
  }
}

/** Nest answers with a promise of a value or of an observable. */
function handleOf(callback: MessageHandler): Handle {
  return async (payload) => {
    const answer: unknown = await callback(payload);
    if (isObservable(answer)) await lastValueFrom(answer, { defaultValue: undefined });
  };
}
