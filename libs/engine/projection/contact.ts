/** read.contact: a contact as it is now. Pure. */
import type { ContactRow, SuppressionRow } from '#contracts/read-models.js';
import { known } from './known-keys.js';
import type { OpenedEvent } from './opened-event.js';

/** The row before its first event. */
export function initialContact(event: Pick<OpenedEvent, 'workspaceId' | 'contactId' | 'recordedAt'>): ContactRow {
  return {
    workspaceId: event.workspaceId,
    contactId: event.contactId,
    email: null,
    attributes: {},
    tags: [],
    score: 0,
    stage: null,
    owner: null,
    timeZone: null,
    consent: {},
    deleted: false,
    suppressed: false,
    suppressedScopes: [],
    engagements: 0,
    lastEngagement: null,
    lastEngagementAt: null,
    linkedTo: null,
    aliases: [],
    addresses: {},
    identities: [],
    erased: false,
    createdAt: event.recordedAt,
    updatedAt: event.recordedAt,
    appliedVersion: 0,
  };
}

/** Folds one event in. `row`: null before the first. The scopes in force come from the suppressions: see withSuppressions. */
export function projectContact(row: ContactRow | null, event: OpenedEvent): ContactRow {
  const before = row ?? initialContact(event);
  return {
    ...before,
    ...known(before, event),
    ...changed(before, event),
    updatedAt: event.recordedAt,
    appliedVersion: event.version,
  };
}

function changed(row: ContactRow, event: OpenedEvent): Partial<ContactRow> {
  if (event.type === 'engagement_recorded') return engaged(row, event);
  if (event.type === 'score_added') return { score: row.score + event.data.points };
  if (event.type === 'contact_deleted') return { ...FORGOTTEN, deleted: true };
  // What it was is its contact's from here on.
  if (event.type === 'linked') return { ...PERSONAL, linkedTo: event.data.contactId };
  if (event.type === 'merged') return merged(row, event);
  if (event.type === 'attribute_cleared') {
    const { [event.data.name]: _cleared, ...attributes } = row.attributes;
    return { attributes };
  }
  if (event.pii === null) return {};
  switch (event.type) {
    case 'address_set':
      return { email: event.pii.email, deleted: false };
    case 'attribute_set':
      return { attributes: { ...row.attributes, [event.data.name]: event.pii.value }, deleted: false };
    case 'tag_added':
      return row.tags.includes(event.pii.tag) ? {} : { tags: [...row.tags, event.pii.tag].sort(), deleted: false };
    case 'tag_removed': {
      const { tag } = event.pii;
      return { tags: row.tags.filter((one) => one !== tag) };
    }
    case 'stage_set':
      return { stage: event.pii.stage, deleted: false };
    case 'owner_set':
      return { owner: event.pii.owner, deleted: false };
    case 'time_zone_set':
      return { timeZone: event.pii.timeZone, deleted: false };
    case 'consent_set': {
      const { given, at } = event.data;
      return { consent: { ...row.consent, [event.pii.purpose]: { given, at } }, deleted: false };
    }
    default:
      return {};
  }
}

/** One of an earlier release tells nothing of what became of the contact. */
function merged(row: ContactRow, { data, pii }: Extract<OpenedEvent, { type: 'merged' }>): Partial<ContactRow> {
  const { after } = data;
  if (after === undefined) return {};
  const { score, engagements, last, aliases } = after;
  const isLater = last !== null && (row.lastEngagementAt === null || last.at > row.lastEngagementAt);
  return {
    ...(pii?.after ?? {}),
    ...{ score, engagements, aliases },
    ...(isLater ? { lastEngagement: last.type, lastEngagementAt: last.at } : {}),
  };
}

/**
 * Late events are normal: the last engagement is the latest by its own time, of equals the one recorded last. An ambiguous one is
 * shown and counted, but may be another's.
 */
function engaged(row: ContactRow, event: OpenedEvent): Partial<ContactRow> {
  if (event.type !== 'engagement_recorded') return {};
  const engagements = row.engagements + 1;
  const older = row.lastEngagementAt !== null && row.lastEngagementAt > event.occurredAt;
  if (older || event.data.ambiguous) return { engagements };
  return { engagements, lastEngagement: event.data.engagement, lastEngagementAt: event.occurredAt };
}

/** The row with the scopes that its suppressions have in force. */
export function withSuppressions(row: ContactRow, suppressions: Iterable<SuppressionRow>): ContactRow {
  const scopes = new Set<string>();
  for (const one of suppressions) if (one.liftedAt === null) scopes.add(one.scope);
  return { ...row, suppressed: scopes.has('all'), suppressedScopes: [...scopes].sort() };
}

const PERSONAL = {
  ...{ email: null, addresses: {}, identities: [], attributes: {}, tags: [] },
  ...{ stage: null, owner: null, timeZone: null, consent: {} },
};
const FORGOTTEN = { ...PERSONAL, score: 0 };

/** What is left of the row once the contact's key is destroyed: what its events tell without their personal part. */
export function eraseContact(row: ContactRow): ContactRow {
  return { ...row, ...PERSONAL, erased: true };
}
