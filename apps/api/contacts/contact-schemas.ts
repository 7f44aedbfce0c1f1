/** Contacts and their timelines as they are answered. */
import { z } from 'zod';
import { normaliseEmail } from '#contracts/ids.js';
import type { ContactRow, TimelineRow } from '#contracts/read-models.js';
import { anyObject, id, iso, page, paging, time } from '../openapi/fields.js';

export const LONGEST_ADDRESS = 320;

/** An address as contacts are found by: normalised. */
export const email = z
  .string()
  .max(LONGEST_ADDRESS)
  .refine((text) => normaliseEmail(text) !== null, 'Expected an e-mail address');

export const contactShown = z
  .object({
    id,
    email: z.string().nullable(),
    attributes: anyObject,
    tags: z.array(z.string()),
    score: z.int(),
    stage: z.string().nullable(),
    owner: z.string().nullable(),
    timeZone: z.string().nullable().describe('IANA name.'),
    consent: z.record(z.string(), z.object({ given: z.boolean(), at: time })).describe('By purpose.'),
    suppressed: z.boolean().describe('No message may be sent at all.'),
    suppressedScopes: z.array(z.string()).describe('Scopes in force: all, group:ID, list:ID.'),
    engagements: z.int(),
    lastEngagement: z.object({ type: z.string(), at: time }).nullable(),
    linkedTo: id.nullable().describe('This one is an alias: it has become part of that contact.'),
    aliases: z.array(id).describe('Ids that lead to this contact: those of contacts that have become part of it.'),
    addresses: z.array(z.string()).describe('Every address it was met under, sorted.'),
    identities: z.array(z.string()).describe('KIND:VALUE of each key it was met under.'),
    erased: z.boolean(),
    createdAt: time,
    updatedAt: time,
    version: z.int().describe('Rises with each event; `expectedVersion` of a write compares with it.'),
  })
  .meta({ id: 'Contact' });

/** For If-Match: `"VERSION"`. */
export function etagOf(row: Pick<ContactRow, 'appliedVersion'>): string {
  return `"${row.appliedVersion}"`;
}

/** Each once, sorted. */
export function addressesOf({ addresses }: Pick<ContactRow, 'addresses'>): string[] {
  return [...new Set(Object.values(addresses))].sort();
}

export const mergeAsked = z
  .strictObject({ into: id.describe('Id of the contact that it becomes part of, or of an alias of that.') })
  .meta({ id: 'ContactMerge' });

/** A body may be left out. */
export const deletionAsked = z
  .strictObject({ reason: z.string().min(1).max(500).optional().describe('Why, for the timeline.') })
  .nullish()
  .meta({ id: 'ContactDeletion' });

export const contactPage = page(contactShown);

export const timelineAsked = z.strictObject(paging);

export const eventShown = z
  .object({
    id,
    contactId: id.describe('Where it happened: an alias, if that was a contact of its own then.'),
    version: z.int(),
    type: z.string(),
    occurredAt: time,
    recordedAt: time,
    causationId: id.describe('Id of the event or input that caused it.'),
    correlationId: id.describe('Id of the input at the root of the chain.'),
    data: anyObject,
    pii: anyObject.nullable().describe('The personal part; null where there is none or the contact is erased.'),
  })
  .meta({ id: 'Event' });

export const timelinePageShown = page(eventShown);

export function showContact(row: ContactRow): z.infer<typeof contactShown> {
  const { lastEngagement, lastEngagementAt } = row;
  return {
    id: row.contactId,
    email: row.email,
    attributes: row.attributes,
    tags: [...row.tags],
    score: row.score,
    stage: row.stage,
    owner: row.owner,
    timeZone: row.timeZone,
    consent: Object.fromEntries(
      Object.entries(row.consent).map(([purpose, { given, at }]) => [purpose, { given, at: iso(at) }]),
    ),
    suppressed: row.suppressed,
    suppressedScopes: [...row.suppressedScopes],
    engagements: row.engagements,
    lastEngagement:
      lastEngagement === null || lastEngagementAt === null ? null : { type: lastEngagement, at: iso(lastEngagementAt) },
    linkedTo: row.linkedTo,
    aliases: [...row.aliases],
    addresses: addressesOf(row),
    identities: [...row.identities],
    erased: row.erased,
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
    version: row.appliedVersion,
  };
}

export function showEvent(row: TimelineRow): z.infer<typeof eventShown> {
  const { eventId, contactId, version, type, occurredAt, recordedAt, causationId, correlationId, data, pii } = row;
  return {
    id: eventId,
    contactId,
    version,
    type,
    occurredAt: iso(occurredAt),
    recordedAt: iso(recordedAt),
    causationId,
    correlationId,
    data,
    pii,
  };
}
