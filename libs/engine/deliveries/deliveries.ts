/** The consumer of `deliveries`: a batch of records becomes rows and books, in one transaction with its checkpoint. */
import type { LogRecord } from '#contracts/record.js';
import type { Batch, Fence, Subscription } from '#engine/log/log.js';
import { type Moved, movedOf } from './moved.js';

export interface DeliveriesStore {
  /**
   * Moves the checkpoint from `first` to `next` under the fence and writes the rows, both or neither.
   * Throws FencedError when the partition is another's, WorldError when the database is away.
   */
  move(fence: Fence, first: number, next: number, moved: Moved): Promise<void>;
  /** The same, for a record that cannot be read: kept as it is, parked. */
  setAside(fence: Fence, first: number, next: number, records: readonly LogRecord[]): Promise<void>;
}

/** Group, and what a batch holds at most: a request may have megabytes, and memory must not grow with what waits. */
export const DELIVERIES_CONSUMER = { group: 'deliveries', maxRecords: 100, maxBytes: 8 * 1024 * 1024 } as const;

export function deliveriesSubscription(topic: string, store: DeliveriesStore): Subscription {
  return { ...DELIVERIES_CONSUMER, topic, ...deliveriesHandlers(store) };
}

export function deliveriesHandlers(store: DeliveriesStore): Pick<Subscription, 'onBatch' | 'onPoison'> {
  return {
    onBatch: ({ fence, first, next, records }: Batch) => store.move(fence, first, next, movedOf(records)),
    onPoison: ({ fence, first, next, records }: Batch) => store.setAside(fence, first, next, records),
  };
}
