import type { EngagementRecorded } from '#contracts/contact-events.js';

/** An engagement as it would have been recorded, had it been known that a machine made it. */
export function asMachine<E extends Pick<EngagementRecorded, 'data' | 'pii'>>(event: E): E {
  return { ...event, data: { ...event.data, actor: 'machine', actorDerived: true } };
}
