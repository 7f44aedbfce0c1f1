/** What a log gives a consumer that pulls: the Postgres log and the one in memory. */
import type { LogRecord } from '#contracts/record.js';
import type { Wakes } from './wakes.js';

export interface LogSource {
  partitions(topic: string): number;
  /**
   * Records from `from` on, at most `max`, and at most `maxBytes` sealed bytes (within-bytes.ts); empty when there are none yet, null when there are but they are still on their way
   * (`wakes` tells when they are here). Rejects with WorldError.
   */
  read(
    topic: string,
    partition: number,
    from: number,
    max: number,
    maxBytes?: number,
  ): Promise<readonly LogRecord[] | null>;
  /** Per partition the position after its last record. Rejects with WorldError. */
  ends(topic: string): Promise<readonly number[]>;
  /** Woken whenever a partition has grown, by this process or another. */
  readonly wakes: Wakes;
}
