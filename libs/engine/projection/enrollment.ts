/** read.enrollment: contacts in sequences. Pure. */
import type { EnrollmentRow } from '#contracts/read-models.js';
import { type OpenedEvent, ruleOf } from './opened-event.js';
import type { EnrollmentRef } from './store.js';

export function enrollmentKey({ workspaceId, enrollmentId }: EnrollmentRef): string {
  return `${workspaceId}${enrollmentId}`;
}

/** The enrollment that the event made; null for other events. */
export function projectEnrollment(event: OpenedEvent): EnrollmentRow | null {
  if (event.type !== 'enrolled') return null;
  const { rule, ruleVersion } = ruleOf(event.data.by);
  return {
    workspaceId: event.workspaceId,
    enrollmentId: event.data.enrollmentId,
    contactId: event.contactId,
    sequence: event.data.sequence,
    rule,
    ruleVersion,
    state: 'active',
    enrolledAt: event.recordedAt,
    eventId: event.id,
  };
}
