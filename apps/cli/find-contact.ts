/** A contact as people name it. */
import type { Contact } from './answers.js';
import type { ApiClient } from './api-client.js';
import { CommandFailure, UsageError } from './failure.js';

const ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export function isId(text: string): boolean {
  return ID.test(text);
}

/** Throws UsageError on what is no id. `what`: what it should be the id of. */
export function checkedId(text: string, what: string): string {
  if (isId(text)) return text.toLowerCase();
  throw new UsageError(`"${text}" is no id of ${what}: ids look like 0197a3c2-5d6e-8f10-9a3b-4c5d6e7f8091, whole.`);
}

const EXTERNAL = /^external:(.+)$/;

/**
 * By its id, by any address it was met under, or by its id in the CRM (`external:ID`); an alias leads to the contact it has become part of.
 * Rejects with UsageError on what is none of them, and with CommandFailure when there is no such contact.
 */
export async function findContact(api: ApiClient, named: string): Promise<Contact> {
  if (isId(named)) return api.get<Contact>(`/v1/contacts/${named.toLowerCase()}`);
  const externalId = EXTERNAL.exec(named)?.[1];
  if (externalId === undefined && !named.includes('@'))
    throw new UsageError(
      `"${named}" is neither the id of a contact nor an address; an id in the CRM is written external:${named}`,
    );
  const asked = externalId === undefined ? { email: named } : { external_id: externalId };
  const { items } = await api.list<Contact>('/v1/contacts', asked, 1);
  if (items[0]) return items[0];
  const key = externalId === undefined ? `address ${named}` : `id ${externalId} in the CRM`;
  throw new CommandFailure(`This workspace has no contact with the ${key}.`);
}
