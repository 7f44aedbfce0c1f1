/** Nest's transport for the log: hands whole batches to decorated methods, from whichever adapter runs. */
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import { topicOf } from '#contracts/topics.js';
import { StopPartitionError } from '#engine/log/errors.js';
import type { Batch, Consumption, Log, PartitionStatus } from '#engine/log/log.js';
import { type BatchConsuming, type Binding, type Consuming, LOG_TRANSPORT, type Poison } from './batch-handler.js';

export interface LogServerOptions {
  readonly log: Pick<Log, 'consume'>;
  /** Of the topics consumed; default 1. */
  readonly generation?: number;
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

const nameOf = ({ group, topic }: Consuming): string => `${group}/${topic}`;

export class LogServer extends Server implements CustomTransportStrategy {
  override readonly transportId = LOG_TRANSPORT;
  /** The runner gets every error: Nest need not report it too. */
  override readonly propagatesEventHandlerErrors = true;
  readonly #options: LogServerOptions;
  readonly #batches = new Map<string, { readonly consuming: BatchConsuming; readonly handle: Handle }>();
  readonly #poison = new Map<string, Handle>();
  readonly #consumptions: { readonly consuming: Consuming; readonly consumption: Consumption }[] = [];

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
      for (const { consuming, handle } of this.#batches.values()) await this.#consume(consuming, handle);
      callback();
    } catch (error) {
      callback(error);
    }
  }

  /** Lets running batches end and gives all partitions up. The log itself stays open: it is its maker's to close. */
  async close(): Promise<void> {
    const running = this.#consumptions.splice(0);
    await Promise.all(running.map(({ consumption }) => consumption.drain()));
  }

  /** Per group and topic where its partitions stand. Rejects with WorldError when the log is away. */
  consumptions(): Promise<readonly ConsumptionStatus[]> {
    return Promise.all(
      this.#consumptions.map(async ({ consuming: { group, topic }, consumption }) => ({
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

  async #consume(consuming: BatchConsuming, handle: Handle): Promise<void> {
    const { group, topic } = consuming;
    const { log, generation = 1, maxRecords = consuming.maxRecords, onStopped } = this.#options;
    const park = this.#poison.get(nameOf(consuming));
    const consumption = await log.consume({
      group,
      topic: topicOf(topic, generation),
      maxRecords: Math.min(maxRecords, consuming.maxRecords),
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
    this.#consumptions.push({ consuming, consumption });
  }
}

/** Nest answers with a promise of a value or of an observable. */
function handleOf(callback: MessageHandler): Handle {
  return async (payload) => {
    const answer: unknown = await callback(payload);
    if (isObservable(answer)) await lastValueFrom(answer, { defaultValue: undefined });
  };
}
