/** Which events this process can read: an older process never judges a newer event (engine.md 4.19). */
import type { ContactEventRow } from '#contracts/contact-event-record.js';
import type { ContactEvent } from '#contracts/contact-events.js';
import { StopPartitionError } from '#engine/log/errors.js';

const VERSIONS: { readonly [T in ContactEvent['type']]: number } = {
  engagement_recorded: 1,
  engagement_too_late: 1,
  address_set: 1,
  attribute_set: 1,
  attribute_cleared: 1,
  tag_added: 1,
  tag_removed: 1,
  score_added: 1,
  stage_set: 1,
  owner_set: 1,
  suppressed: 1,
  suppression_lifted: 1,
  enrolled: 1,
  rule_fired: 1,
  rule_held: 1,
  rule_failed: 1,
  effect_requested: 1,
  effect_outcome_recorded: 1,
  notification_taken: 1,
  notification_done: 1,
  command_refused: 1,
  linked: 1,
};

const KNOWN = new Map<string, number>(Object.entries(VERSIONS));

/** Throws StopPartitionError on a type or version that this process does not know. */
export function assertKnownEvent(event: Pick<ContactEventRow, 'type' | 'v' | 'lane' | 'position'>): void {
  const known = KNOWN.get(event.type);
  if (known !== undefined && event.v >= 1 && event.v <= known) return;
  throw new StopPartitionError(
    `event ${event.type} v${event.v} at position ${event.position} of lane ${event.lane} is unknown to this version`,
  );
}
