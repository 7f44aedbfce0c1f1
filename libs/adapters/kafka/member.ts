/**
 * One life of a kafkajs consumer in a group. It ends for good when kafkajs gives up or says nothing for too long; whoever began it
 * begins another. What kafkajs still hands over after the end (issue 1593) goes nowhere.
 */
import type { EachBatchPayload, Kafka, Consumer as KafkaConsumer, KafkaMessage } from 'kafkajs';

export interface MemberOptions {
  readonly groupId: string;
  readonly topic: string;
  /** Milliseconds after which a member that says nothing is out of the group. */
  readonly sessionMs: number;
  /** Milliseconds a fetch waits at the broker; what a seek or a resume waits at most, and how often the group is told of us. */
  readonly fetchWaitMs: number;
}

export interface MemberEvents {
  /** The group was joined, again or anew: these partitions are ours. Nothing is fetched before this returns. */
  onAssigned(partitions: readonly number[]): void;
  /** What a fetch from a position on brought. False: not taken, kafkajs is not to move past it. */
  onMessages(partition: number, from: number, messages: readonly KafkaMessage[]): boolean;
  /** Once; the member is of no use from then on. */
  onEnd(reason: Error): void;
}

const REBALANCE_MS = 30_000;
/** Longer than any wait of kafkajs that it still recovers from. */
const SILENCE_MS = 90_000;
const STOP_MS = 10_000;

export class Member {
  readonly #options: MemberOptions;
  readonly #events: MemberEvents;
  readonly #consumer: KafkaConsumer;
  readonly #watchdog: NodeJS.Timeout;
  #ended = false;
  #lastSign = Date.now();

  constructor(client: Kafka, options: MemberOptions, events: MemberEvents) {
    this.#options = options;
    this.#events = events;
    const { groupId, sessionMs, fetchWaitMs } = options;
    this.#consumer = client.consumer({
      groupId,
      sessionTimeout: sessionMs,
      rebalanceTimeout: REBALANCE_MS,
      heartbeatInterval: Math.floor(sessionMs / 5),
      maxWaitTimeInMs: fetchWaitMs,
      allowAutoTopicCreation: false,
      // A crash is ours to judge: kafkajs restarts after some, and after others never again.
      retry: { retries: 5, restartOnFailure: async () => false },
    });
    this.#watchdog = setInterval(() => this.#bark(), SILENCE_MS / 10);
    this.#watchdog.unref();
  }

  /** Joins in the background. */
  start(): this {
    const { events } = this.#consumer;
    const sign = (): void => {
      this.#lastSign = Date.now();
    };
    this.#consumer.on(events.FETCH, sign);
    this.#consumer.on(events.HEARTBEAT, sign);
    this.#consumer.on(events.GROUP_JOIN, ({ payload }) => {
      sign();
      if (!this.#ended) this.#events.onAssigned(payload.memberAssignment[this.#options.topic] ?? []);
    });
    this.#consumer.on(events.CRASH, ({ payload }) => this.#end(payload.error));
    this.#run().catch((error: unknown) => this.#end(error instanceof Error ? error : new Error(String(error))));
    return this;
  }

  seek(partition: number, position: number): void {
    this.#tell(() => this.#consumer.seek({ topic: this.#options.topic, partition, offset: String(position) }));
  }

  pause(partition: number): void {
    this.#tell(() => this.#consumer.pause([{ topic: this.#options.topic, partitions: [partition] }]));
  }

  resume(partition: number): void {
    this.#tell(() => this.#consumer.resume([{ topic: this.#options.topic, partitions: [partition] }]));
  }

  /** For tools that show lag; nothing of ours reads it. Never rejects: a rebalance refuses it, and the next one tells more. */
  async commit(positions: ReadonlyMap<number, number>): Promise<void> {
    if (this.#ended || positions.size === 0) return;
    const { topic } = this.#options;
    const offsets = [...positions].map(([partition, position]) => ({ topic, partition, offset: String(position) }));
    await this.#consumer.commitOffsets(offsets).catch(() => undefined);
  }

  /** Leaves the group; resolves when that is done, or has taken too long and the session will end by itself. */
  async stop(): Promise<void> {
    this.#ended = true;
    clearInterval(this.#watchdog);
    let late: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      late = setTimeout(resolve, STOP_MS);
    });
    await Promise.race([this.#consumer.disconnect().catch(() => undefined), patience]);
    clearTimeout(late);
  }

  async #run(): Promise<void> {
    await this.#consumer.connect();
    if (this.#ended) return;
    await this.#consumer.subscribe({ topics: [this.#options.topic], fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: async (payload) => this.#take(payload),
    });
  }

  #take({ batch, resolveOffset }: EachBatchPayload): void {
    if (this.#ended) return;
    const last = batch.messages.at(-1);
    if (last === undefined) return;
    // kafkajs knows what it asked for; only its type does not say so.
    const from = Number((batch as typeof batch & { readonly fetchedOffset: string }).fetchedOffset);
    if (this.#events.onMessages(batch.partition, from, batch.messages)) resolveOffset(last.offset);
  }

  /** kafkajs refuses these between a crash and its telling of it: then they no longer matter. */
  #tell(call: () => void): void {
    if (this.#ended) return;
    try {
      call();
    } catch (error) {
      this.#end(error as Error);
    }
  }

  #bark(): void {
    const silence = Date.now() - this.#lastSign;
    if (silence > SILENCE_MS) this.#end(new Error(`kafkajs has shown no sign of life for ${silence} ms`));
  }

  #end(reason: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#watchdog);
    this.#events.onEnd(reason);
  }
}
