/** A normalised engagement → its input on `engagements`. Keys and ids made here are stored: their parts never change. */
import type { Engagement } from '#contracts/engagement.js';
import { deriveId, type Identity, keyedId, subjectOf, type Uuid } from '#contracts/ids.js';
import type { EngagementInput, ReplayClaim } from '#contracts/inputs.js';
import type { Json } from '#contracts/json.js';
import type { NormalisedEngagement } from '#contracts/provider.js';
import type { Appendable } from '#contracts/record.js';
import { sealInput } from '#engine/sealing/input-codec.js';
import type { DataKey, DayPurpose } from '#engine/sealing/sealing.js';
import { judgedActor } from './actor.js';
import { aliasOf, identityOf } from './identity.js';
import type { Source } from './source.js';

/** One delivery, with what its records are keyed and sealed with. */
export interface DeliveryContext {
  readonly source: Source;
  readonly deliveryId: Uuid;
  /** Milliseconds. */
  readonly receivedAt: number;
  /** Milliseconds: when it goes on the log, where that is not when it was received. */
  readonly recordedAt?: number;
  /** Of a provider's export, not of a webhook: fires no rule. */
  readonly imported?: boolean;
  readonly secret: Buffer;
  /** The workspace's daily keys of `receivedAt`, one a topic. */
  readonly keys: Readonly<Record<DayPurpose, DataKey>>;
  readonly topics: { readonly engagements: string; readonly deliveries: string };
  /** Of a one-time token that is yet to be judged. */
  readonly replay?: ReplayClaim;
}

/** `ordinal`: place among the delivery's engagements; an element of the body may give several. */
export function engagementRecord(
  delivery: DeliveryContext,
  normalised: NormalisedEngagement,
  ordinal: number,
): Appendable {
  // The subject and not the address: this id stands in clear, and a plain hash of an address can be guessed.
  return recordOf(delivery, normalised, (subject) => deriveId('engagement', delivery.deliveryId, ordinal, subject));
}

/** Of a delivery that is read again: another reading of the same element is another input, unless it says the same. */
export function rereadRecord(delivery: DeliveryContext, normalised: NormalisedEngagement): Appendable {
  const { deliveryId } = delivery;
  return recordOf(delivery, normalised, (_, keys) => deriveId('reread', deliveryId, normalised.index, ...keys));
}

function recordOf(
  delivery: DeliveryContext,
  normalised: NormalisedEngagement,
  idOf: (subject: Uuid, keys: readonly Uuid[]) => Uuid,
): Appendable {
  const { source, deliveryId, receivedAt, secret, replay } = delivery;
  const { engagement } = normalised;
  const objectKind = normalised.objectKind ?? source.provider;
  const identity = identityOf(engagement, objectKind, deliveryId);
  const subject = subjectOf(secret, identity);
  const alias = aliasOf(normalised, identity, objectKind);
  const keys = dedupKeys(secret, source, normalised, recipientOf(engagement, identity));
  const { type, occurredAt, actor: _, actorDerived: __, scope, ambiguous, ...rest } = engagement;
  const input: EngagementInput = {
    type: 'engagement',
    v: 1,
    data: {
      engagement: type,
      provider: source.provider,
      sourceId: source.id,
      deliveryId,
      index: normalised.index,
      occurredAt: millisecondsOf(occurredAt),
      receivedAt,
      keys,
      ...judgedActor(engagement, source.policy),
      ...(scope === undefined ? {} : { scope }),
      ...(ambiguous === undefined ? {} : { ambiguous }),
      ...(replay === undefined ? {} : { replay }),
      ...(delivery.imported ? { imported: true } : {}),
      ...(alias ? { alias: subjectOf(secret, alias) } : {}),
    },
    pii: { ...rest, identity, ...(alias ? { alias } : {}) },
  };
  const address = {
    topic: delivery.topics.engagements,
    key: subject,
    workspaceId: source.workspaceId,
    id: idOf(subject, keys),
    at: delivery.recordedAt ?? receivedAt,
  };
  return sealInput(input, address, delivery.keys.engagements);
}

function millisecondsOf(occurredAt: string | null): number | null {
  if (occurredAt === null) return null;
  const time = Date.parse(occurredAt);
  return Number.isFinite(time) ? time : null;
}

/** HMAC(workspace secret, provider, the contract's composite, recipient, type); ids of generic senders count per source. */
function dedupKeys(
  secret: Buffer,
  source: Source,
  { engagement, dedupKeys, idsPerSource }: NormalisedEngagement,
  recipient: string,
): Uuid[] {
  const whose = idsPerSource ? source.id : source.provider;
  return dedupKeys.map((parts) =>
    keyedId(secret, 'engagement', whose, ...parts.map(textOf), recipient, engagement.type),
  );
}

/** The address as the identity has it, normalised; where the payload has none, the provider's object id. */
function recipientOf({ recipient, contactId }: Engagement, identity: Identity): string {
  if (identity.kind === 'email') return identity.value;
  return recipient?.trim().toLowerCase() ?? contactId ?? '';
}

const textOf = (part: Json): string => (typeof part === 'string' ? part : JSON.stringify(part));
