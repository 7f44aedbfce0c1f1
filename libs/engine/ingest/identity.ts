/** Whom an engagement is about, as far as the payload tells. */
import type { Engagement } from '#contracts/engagement.js';
import { type Identity, normaliseEmail, type Uuid } from '#contracts/ids.js';
import type { NormalisedEngagement } from '#contracts/provider.js';

/**
 * The address, else the provider's object id of the person, else another channel's address (a phone number), else the
 * delivery itself: what is about nobody known is kept apart from everybody. `objectKind` names whose object ids these are.
 */
export function identityOf(engagement: Engagement, objectKind: string, deliveryId: Uuid): Identity {
  const { recipient, contactId } = engagement;
  const email = recipient === null ? null : normaliseEmail(recipient);
  if (email !== null) return { kind: 'email', value: email };
  if (contactId) return { kind: objectKind, value: contactId };
  const other = recipient?.trim().normalize('NFC').toLowerCase();
  if (other) return { kind: engagement.channel ?? 'address', value: other };
  return { kind: 'delivery', value: deliveryId };
}

/** The provider's object id of the person whom `identity` names by their address, where the two are known to be of one person. */
export function aliasOf(
  { engagement, linksContactId }: NormalisedEngagement,
  identity: Identity,
  objectKind: string,
): Identity | null {
  const { contactId, ambiguous } = engagement;
  if (identity.kind !== 'email' || !linksContactId || ambiguous || !contactId) return null;
  return { kind: objectKind, value: contactId };
}
