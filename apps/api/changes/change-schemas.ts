/** Changes of contacts, as the feed, its stream and outgoing webhooks tell them. */
import { z } from 'zod';
import type { FeedChange } from '#adapters/postgres/feed/read.js';
import type { JsonObject } from '#contracts/json.js';
import type { ContactRow } from '#contracts/read-models.js';
import { contactShown, showContact } from '../contacts/contact-schemas.js';
import { anyJson, id, iso, time, whole } from '../openapi/fields.js';
import { feedCursor } from './feed-cursor.js';

const cursor = z.string().max(100);

export const changesAsked = z.strictObject({
  after: cursor.optional().describe('`next` of the answer before; left out: from the oldest change that is kept.'),
  limit: whole(1, 1_000).default(200).describe('Most changes of one answer.'),
});

export const streamAsked = z.strictObject({
  after: cursor.optional().describe('Where to begin; the header `Last-Event-ID` counts more. Neither: from now on.'),
});

const CAUSES = ['engagement', 'rule', 'command', 'engine', 'rebuild'] as const;

const cause = z.object({
  kind: z
    .enum(CAUSES)
    .describe('rebuild: the record was read anew, and gives another contact than before; no event says what differs.'),
  type: z.string().nullable().describe('Type of the event that changed the contact.'),
  eventId: id.nullable(),
  occurredAt: time.nullable(),
  recordedAt: time.nullable(),
  causationId: id.nullable().describe('Id of the event or input that caused it.'),
  correlationId: id.nullable().describe('Id of the input at the root of the chain.'),
  rule: z.object({ name: z.string(), version: z.int(), action: z.string() }).nullable(),
  engagement: z.object({ type: z.string(), sourceId: id.nullable() }).nullable(),
});

export const changeShown = z
  .object({
    cursor: z.string().describe('Place of this change: to go on after it.'),
    contactId: id,
    version: z
      .int()
      .describe('Version of the contact once it was changed. Of two changes the higher one is the later.'),
    changes: z
      .record(z.string(), z.object({ from: anyJson, to: anyJson }))
      .nullable()
      .describe('Field → value before and after; attributes as `attributes.NAME`. null: erased since, or rebuilt.'),
    cause,
    contact: contactShown.nullable().describe('The contact as it is now, which may be later than this change.'),
  })
  .meta({ id: 'Change' });

export const changesShown = z
  .object({
    items: z.array(changeShown),
    next: z.string().describe('`after` of the next request, whether or not there is more now.'),
    more: z.boolean().describe('There are more changes already: ask again at once.'),
  })
  .meta({ id: 'Changes' });

export const cursorShown = z.object({ cursor: z.string().describe('The end of the feed now.') });

export type Change = z.infer<typeof changeShown>;

/** `contact`: its row now; null: there is none. */
export function showChange(change: FeedChange, contact: ContactRow | null): Change {
  const { place, contactId, version, event } = change;
  return {
    cursor: feedCursor(place),
    contactId,
    version,
    changes: event?.changed ? fieldsOf(event.changed) : null,
    cause: causeOf(event),
    contact: contact === null ? null : showContact(contact),
  };
}

function fieldsOf(changed: JsonObject): NonNullable<Change['changes']> {
  return Object.fromEntries(
    Object.entries(changed).map(([field, pair]) => {
      const [from = null, to = null] = Array.isArray(pair) ? pair : [];
      return [field, { from, to }];
    }),
  );
}

function causeOf(event: FeedChange['event']): Change['cause'] {
  if (event === null)
    return {
      ...{ kind: 'rebuild', type: null, eventId: null, occurredAt: null, recordedAt: null },
      ...{ causationId: null, correlationId: null, rule: null, engagement: null },
    };
  const { type, eventId, occurredAt, recordedAt, causationId, correlationId, data } = event;
  const rule = ruleOf(data['by']);
  const engagement = engagementOf(data);
  return {
    kind: rule !== null ? 'rule' : engagement !== null ? 'engagement' : isCommand(data['by']) ? 'command' : 'engine',
    type,
    eventId,
    occurredAt: iso(occurredAt),
    recordedAt: iso(recordedAt),
    causationId,
    correlationId,
    rule,
    engagement,
  };
}

function ruleOf(by: JsonObject[string] | undefined): Change['cause']['rule'] {
  if (!isObject(by) || typeof by['rule'] !== 'string') return null;
  return { name: by['rule'], version: Number(by['version']), action: String(by['action']) };
}

function isCommand(by: JsonObject[string] | undefined): boolean {
  return isObject(by) && by['command'] === true;
}

function engagementOf({ engagement, sourceId }: JsonObject): Change['cause']['engagement'] {
  if (typeof engagement !== 'string') return null;
  return { type: engagement, sourceId: typeof sourceId === 'string' ? sourceId : null };
}

function isObject(value: JsonObject[string] | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
