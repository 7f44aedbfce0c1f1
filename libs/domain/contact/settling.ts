/** What a state keeps of engagements that rules have not been asked about yet. */
import type { EngagementRecorded, Recorded } from '#contracts/contact-events.js';
import type { Uuid } from '#contracts/ids.js';
import { asMachine } from './as-machine.js';
import type { ContactState } from './state.js';

/** The state's own, after an engagement was recorded. */
export function metSettling(
  settling: ContactState['settling'],
  event: Recorded<EngagementRecorded>,
): ContactState['settling'] {
  const { waits, ...data } = event.data;
  if (waits === undefined || waits.length === 0) return settling;
  const { counted: _, countedAsMachine: __, ...pii } = event.pii;
  return [...settling, { id: event.id, at: event.occurredAt, waits, data, pii }];
}

/** Once a click is known to be a machine's. */
export function settlingAsMachine(settling: ContactState['settling'], engagementId: Uuid): ContactState['settling'] {
  if (!settling.some(({ id }) => id === engagementId)) return settling;
  return settling.map((one) => (one.id === engagementId ? asMachine(one) : one));
}

/** What still waits at `now`. */
export function withoutSettled(settling: ContactState['settling'], now: number): ContactState['settling'] {
  return settling.flatMap((one) => {
    const waits = one.waits.filter(({ until }) => until > now);
    return waits.length === 0 ? [] : [{ ...one, waits }];
  });
}

/** When the first of them is to be asked, milliseconds; null where none waits. */
export function settlesAt({ settling }: Pick<ContactState, 'settling'>): number | null {
  const times = settling.flatMap(({ waits }) => waits.map(({ until }) => until));
  return times.length === 0 ? null : Math.min(...times);
}
