/** Which events this process can read: an older process never judges a newer event (engine.md 4.19). */
import type { ContactEventRow } from '#contracts/contact-event-record.js';
import { isKnownEvent } from '#contracts/upcast.js';
import { StopPartitionError } from '#engine/log/errors.js';

/** Throws StopPartitionError on a type or version that this process does not know. */
export function assertKnownEvent(event: Pick<ContactEventRow, 'type' | 'v' | 'lane' | 'position'>): void {
  if (isKnownEvent(event.type, event.v)) return;
  throw new StopPartitionError(
    `event ${event.type} v${event.v} at position ${event.position} of lane ${event.lane} is unknown to this version`,
  );
}
