/** read.suppression: who may not be sent what, per contact, address and scope. Pure. */
import type { ContactRow, SuppressionRow } from '#contracts/read-models.js';
import type { OpenedEvent } from './opened-event.js';

/** Names a suppression among those of its contact. */
export function suppressionKey(of: { readonly subject: string; readonly scope: string }): string {
  return `${of.subject} ${of.scope}`;
}

/** Address and scope that the event says something of; null for events that say nothing of suppression. */
export function suppressionConcerned(event: OpenedEvent): { readonly subject: string; readonly scope: string } | null {
  if (event.type === 'suppressed' || event.type === 'suppression_lifted') return event.data;
  if (event.type !== 'engagement_recorded' || event.data.ambiguous) return null;
  const { engagement, subject = event.contactId, scope = 'all' } = event.data;
  if (engagement === 'complaint') return { subject, scope: 'all' };
  return engagement === 'unsubscribed' ? { subject, scope } : null;
}

/**
 * The row after the event; null when the event is of another kind, or lifts what was never suppressed. `row`: of the event's subject
 * and scope. Suppressing again what is in force (a complaint after an unsubscription) changes its reason and keeps its time.
 * `email`: the contact's address now; the event's own, where it names one, is the address concerned.
 */
export function projectSuppression(
  row: SuppressionRow | null,
  event: OpenedEvent,
  email: string | null,
): SuppressionRow | null {
  if (event.type === 'suppression_lifted') {
    if (row === null || row.liftedAt !== null) return row;
    return { ...row, liftedAt: event.recordedAt, liftedReason: event.data.reason };
  }
  // After a hard bounce, the stronger reason, nothing more is decided: but the person has spoken.
  if (event.type === 'engagement_recorded') {
    const bounced = row !== null && row.liftedAt === null && !row.ofPerson;
    return bounced && suppressionConcerned(event) !== null ? { ...row, ofPerson: true } : row;
  }
  if (event.type !== 'suppressed') return null;
  const ofPerson = event.data.reason !== 'hard_bounce';
  if (row !== null && row.liftedAt === null)
    return { ...row, reason: event.data.reason, ofPerson: row.ofPerson || ofPerson, eventId: event.id };
  return {
    workspaceId: event.workspaceId,
    contactId: event.contactId,
    subject: event.data.subject,
    scope: event.data.scope,
    email: event.pii?.email ?? email,
    reason: event.data.reason,
    ofPerson,
    since: event.recordedAt,
    eventId: event.id,
    liftedAt: null,
    liftedReason: null,
  };
}

/** What an alias brought, as the contact's own rows: of an address that joined another contact, that one has the last word. */
export function mergedSuppressions(
  rows: ReadonlyMap<string, SuppressionRow>,
  event: Extract<OpenedEvent, { type: 'merged' }>,
  addresses: ContactRow['addresses'],
): SuppressionRow[] {
  const { workspaceId, contactId, id: eventId, recordedAt } = event;
  const changed: SuppressionRow[] = [];
  for (const [subject, entries] of Object.entries(event.data.after?.suppressions ?? {})) {
    for (const [scope, { on, reason, person }] of Object.entries(entries)) {
      const row = rows.get(suppressionKey({ subject, scope }));
      const inForce = row !== undefined && row.liftedAt === null;
      const ofPerson = person === true || reason !== 'hard_bounce';
      if (!on) {
        if (inForce) changed.push({ ...row, liftedAt: recordedAt, liftedReason: reason });
      } else if (!inForce) {
        const email = addresses[subject] ?? null;
        const of = { workspaceId, contactId, subject, scope, email, reason, ofPerson, since: recordedAt, eventId };
        changed.push({ ...of, liftedAt: null, liftedReason: null });
      } else if (row.reason !== reason || (ofPerson && !row.ofPerson)) {
        changed.push({ ...row, reason, ofPerson: ofPerson || row.ofPerson, eventId });
      }
    }
  }
  return changed;
}

export function eraseSuppression(row: SuppressionRow): SuppressionRow {
  return { ...row, email: null };
}
