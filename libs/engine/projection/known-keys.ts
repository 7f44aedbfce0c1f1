/** The addresses and other keys that a contact was met under, as its events tell them one by one. Pure. */
import { MAX_ADDRESSES, MAX_IDENTITIES } from '#contracts/alias-state.js';
import type { Identity, Uuid } from '#contracts/ids.js';
import type { ContactRow } from '#contracts/read-models.js';
import type { OpenedEvent } from './opened-event.js';

type Keys = Partial<Pick<ContactRow, 'addresses' | 'identities'>>;

/** What the event adds; of one that was deleted nothing is learned until it is written anew. */
export function known(row: ContactRow, event: OpenedEvent): Keys {
  if (event.pii === null) return {};
  if (event.type === 'address_set') return addressed(row, event.data.subject ?? row.contactId, event.pii.email);
  if (row.deleted) return {};
  if (event.type === 'engagement_recorded') return met(row, event.data.subject ?? row.contactId, event.pii.identity);
  if (event.type === 'link_requested' && event.pii.identity) return met(row, row.contactId, event.pii.identity);
  return {};
}

function met(row: ContactRow, subject: Uuid, { kind, value }: Identity): Keys {
  // Named by its own id: that tells nothing new.
  if (kind === 'contact') return {};
  const name = `${kind}:${value}`;
  const isNew = row.identities.length < MAX_IDENTITIES && !row.identities.includes(name);
  return {
    ...(isNew ? { identities: [...row.identities, name].sort() } : {}),
    ...(kind === 'email' ? addressed(row, subject, value) : {}),
  };
}

function addressed({ addresses }: ContactRow, subject: Uuid, address: string): Keys {
  if (Object.hasOwn(addresses, subject) || Object.keys(addresses).length >= MAX_ADDRESSES) return {};
  return { addresses: { ...addresses, [subject]: address } };
}
