/** A contact by its id or its address, as people name it. */
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

/** Rejects with UsageError on what is neither, and with CommandFailure when there is no such contact. */
export async function findContact(api: ApiClient, idOrEmail: string): Promise<Contact> {
  if (isId(idOrEmail)) return api.get<Contact>(`/v1/contacts/${idOrEmail.toLowerCase()}`);
  if (!idOrEmail.includes('@')) throw new UsageError(`"${idOrEmail}" is neither the id of a contact nor an address.`);
  const { items } = await api.list<Contact>('/v1/contacts', { email: idOrEmail }, 10);
  // An address that was linked to another contact stands in both rows: the living one is meant.
  const found = items.find(({ linkedTo }) => linkedTo === null) ?? items[0];
  if (found) return found;
  throw new CommandFailure(`This workspace has no contact with the address ${idOrEmail}.`);
}
