/**
 * HubSpot app webhooks: a JSON array of changes of CRM objects. They name a contact by its object id, never by address.
 * Source: developers.hubspot.com/docs/api/webhooks and /docs/api/webhooks/validating-requests.
 */
import type { EngagementType } from '#contracts/engagement.js';
import type { JsonObject } from '#contracts/json.js';
import type { SourceProblem, SourceSettings } from '#contracts/provider.js';
import { normaliseBatch } from './payload/bodies.js';
import { type ElementReading, engaged, withoutUndefined } from './payload/engaged.js';
import { filledObject, text } from './payload/fields.js';
import { epochTime } from './payload/time.js';
import { timedKey } from './payload/timed-key.js';
import type { Provider, ProviderSetup } from './provider.js';
import { CREDENTIAL_SCHEMES, verifyCredentials } from './signing/credentials.js';
import { HUBSPOT_SCHEMES } from './signing/hubspot.js';

/** Versions 2 and 3 sign the registered URL. */
const SIGNED_URL: ProviderSetup['settings'] = {
  'hubspot-v3-hmac-sha256-base64': ['keyFormat', 'toleranceSeconds', 'signedUrl'],
  'hubspot-v2-sha256-hex': ['keyFormat', 'toleranceSeconds', 'signedUrl'],
};

/** Versions 1 and 2 sign no time: a request that was overheard once would be taken for ever. They are read in recorded requests only. */
const TIMELESS: readonly string[] = ['hubspot-v2-sha256-hex', 'hubspot-v1-sha256-hex'];

function timelessProblems({ scheme }: Pick<SourceSettings, 'scheme'>): readonly SourceProblem[] {
  if (!TIMELESS.includes(scheme)) return [];
  const problem = `${scheme} signs no time, so that a request could be repeated by whoever saw it: use ${Object.keys(HUBSPOT_SCHEMES)[0]}`;
  return [{ field: 'scheme', problem }];
}

export const hubspot: Provider = {
  name: 'hubspot',
  title: 'HubSpot',
  schemes: [...Object.keys(HUBSPOT_SCHEMES), ...CREDENTIAL_SCHEMES],
  unavailableStatus: 503,
  timeoutMs: 5_000,
  retryWindowHours: 24,
  publishedAddresses: [],
  setup: { settings: SIGNED_URL, problems: timelessProblems },
  verify: (request, source, now) => {
    const scheme = Object.hasOwn(HUBSPOT_SCHEMES, source.scheme) ? HUBSPOT_SCHEMES[source.scheme] : undefined;
    return scheme === undefined ? verifyCredentials(request, source) : scheme(request, source, now);
  },
  normalise: (request) => normaliseBatch(request.body, readChange),
};

function readChange(change: JsonObject): ElementReading {
  const name = text(change['subscriptionType']);
  if (name === null) return 'the change has no subscriptionType';
  const property = text(change['propertyName']);
  const objectId = text(change['objectId']) ?? text(change['primaryObjectId']);
  const portalId = text(change['portalId']);
  const eventId = text(change['eventId']);
  const occurredAt = epochTime(change['occurredAt']);
  const optOut = optOutOf(name, property);
  const engagement = engaged({
    type: optOut.type,
    providerEventType: name,
    recipient: null,
    providerEventId: eventId,
    providerMessageId: null,
    occurredAt,
    scope: optOut.scope,
    metadata: metadataOf(change),
    contactId: isContact(name, change) ? objectId : null,
  });
  // The event id is not unique, and the number of the attempt must not make a change new.
  const parts = [portalId, name, objectId, property, eventId];
  const dedupKeys = [timedKey('hubspot', occurredAt, parts, { ...change, attemptNumber: null })];
  // Object ids are unique within one portal only.
  const kind = portalId === null ? {} : { objectKind: `hubspot:${portalId}` };
  const alert = name === PRIVACY_DELETION ? { alert: erasureOf(objectId, portalId) } : {};
  return [{ engagement, dedupKeys, ...kind, ...alert }];
}

/** Somebody asked to be forgotten, and HubSpot has done so (GDPR, article 17). */
const PRIVACY_DELETION = 'contact.privacyDeletion';

const erasureOf = (objectId: string | null, portalId: string | null): string =>
  `HubSpot erased its contact ${objectId ?? 'without an id'} of portal ${portalId ?? 'unknown'} at the person's request (GDPR): ` +
  'the person is to be forgotten here and in every system that this one writes to. ' +
  'Find the contact that is named here (of a linked one, the contact it is linked to) and delete it: afterclick contacts delete ID';

/** `0-1` is HubSpot's type id of contacts; a company or a deal is nobody. */
const isContact = (name: string, change: JsonObject): boolean =>
  name.startsWith('contact.') || (name.startsWith('object.') && (text(change['objectTypeId']) ?? '0-1') === '0-1');

interface OptOut {
  readonly type: EngagementType;
  readonly scope?: string | undefined;
}

/** The properties by which HubSpot keeps the opt-out from all mail, and from one subscription type. */
const OPT_OUT = /^hs_email_optout(?:_(\d+))?$/;

function optOutOf(name: string, property: string | null): OptOut {
  const match = name.endsWith('.propertyChange') ? OPT_OUT.exec(property ?? '') : null;
  if (match === null) return { type: 'unknown' };
  return { type: 'subscription_change', scope: match[1] === undefined ? 'all' : `group:${match[1]}` };
}

/** What a change tells beside the object: kept with the names and values that HubSpot gives them. */
const METADATA_FIELDS = [
  'propertyName',
  'propertyValue',
  'changeSource',
  'changeFlag',
  'attemptNumber',
  'portalId',
  'appId',
  'subscriptionId',
  'primaryObjectId',
  'mergedObjectIds',
  'newObjectId',
  'numberOfPropertiesMoved',
  'associationType',
  'fromObjectId',
  'toObjectId',
  'associationRemoved',
  'isPrimaryAssociation',
] as const;

const metadataOf = (change: JsonObject): JsonObject | undefined =>
  filledObject(
    withoutUndefined<JsonObject>(Object.fromEntries(METADATA_FIELDS.map((field) => [field, change[field]]))),
  );
