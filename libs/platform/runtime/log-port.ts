/** What a process may ask of its log, whichever runs: the engine's ports, and what a composition needs beside them. */
import type { Log } from '#engine/log/log.js';
import type { LogWaker } from '#engine/log/wakes.js';
import type { Relay } from '#engine/outbox/relay.js';

/** The log as the processes of Afterclick hold it. */
export interface EngineLog extends Log, Required<LogWaker> {
  /** Makes the topic, or rejects with the reason why the one there is cannot be used. */
  createTopic(name: string, partitions: number): Promise<void>;
  /** Topics there are now, with their partitions: asked anew each time. Rejects with WorldError. */
  topics(): Promise<ReadonlyMap<string, number>>;
  /** Per partition of a topic the position after its last record. Rejects with WorldError. */
  ends(topic: string): Promise<readonly number[]>;
  /** From now on nothing gets into the topic: appends to it reject with SealedError. Answers where each partition ends. */
  seal(topic: string): Promise<readonly number[]>;
  /** Decided events are relayed to it, because it is not the event store itself. */
  readonly isRelayed: boolean;
  /** Starts what carries decided events to a log that is not the event store itself; null where there is nothing to carry. */
  startRelay(): Relay | null;
}
