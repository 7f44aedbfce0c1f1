/** The inbox of sales over HTTP. */
import { z } from 'zod';
import type { InboxRow } from '#adapters/postgres/read-models/queries/notifications.js';
import { id, iso, isoOrNull, page, paging, time } from '../openapi/fields.js';

export const notificationsAsked = z.strictObject({
  ...paging,
  state: z.enum(['open', 'taken', 'done'], 'Expected open, taken or done').optional(),
});

export const commandAsked = z
  .strictObject({
    by: z.string().trim().min(1).max(200).describe('Who takes it or has done it: a name or an address.'),
  })
  .meta({ id: 'NotificationCommand' });

export const notificationShown = z
  .object({
    effectId: id,
    state: z.enum(['open', 'taken', 'done']),
    title: z.string().nullable(),
    body: z.string().nullable(),
    recipient: z.string().nullable().describe('owner, team:NAME or an address.'),
    contact: z.object({ id, email: z.string().nullable(), owner: z.string().nullable(), score: z.int() }),
    rule: z.object({ name: z.string(), version: z.int() }).nullable(),
    requestedAt: time,
    openedAt: time.describe('When it reached the inbox.'),
    takenBy: z.string().nullable(),
    takenAt: time.nullable(),
    doneBy: z.string().nullable(),
    doneAt: time.nullable(),
  })
  .meta({ id: 'Notification' });

export const notificationPage = page(notificationShown);

export function showNotification(row: InboxRow): z.infer<typeof notificationShown> {
  return {
    effectId: row.effectId,
    state: row.state,
    title: row.title,
    body: row.body,
    recipient: row.recipient,
    contact: { id: row.contactId, email: row.email, owner: row.owner, score: row.score },
    rule: row.rule === null || row.ruleVersion === null ? null : { name: row.rule, version: row.ruleVersion },
    requestedAt: iso(row.requestedAt),
    openedAt: iso(row.openedAt),
    takenBy: row.takenBy,
    takenAt: isoOrNull(row.takenAt),
    doneBy: row.doneBy,
    doneAt: isoOrNull(row.doneAt),
  };
}
