/** Contacts by what people call them: an address, or their id in the CRM. An alias leads to the contact it has become part of. */
import type { Pool } from '#adapters/postgres/pool.js';
import { contactOf } from '#adapters/postgres/read-models/queries/contacts.js';
import { type Identity, normaliseEmail, subjectOf, type Uuid } from '#contracts/ids.js';
import { EXTERNAL } from '#domain/contact/wish/contact-wish.js';
import type { WorkspaceKeys } from '#engine/sealing/sealing.js';

export interface Named {
  readonly email?: string | undefined;
  readonly external_id?: string | undefined;
}

/** The contact that the key leads to; null: to none; undefined: none is named. */
export async function contactNamed(
  pool: Pool,
  keys: Pick<WorkspaceKeys, 'secret'>,
  workspaceId: Uuid,
  named: Named,
): Promise<Uuid | null | undefined> {
  const identity = identityOf(named);
  if (identity === null) return undefined;
  const subject = subjectOf(await keys.secret(workspaceId), identity);
  const found = await contactOf(pool, workspaceId, subject);
  return found?.contactId ?? null;
}

function identityOf({ email, external_id: externalId }: Named): Identity | null {
  if (externalId !== undefined) return { kind: EXTERNAL, value: externalId.trim() };
  const address = email === undefined ? null : normaliseEmail(email);
  return address === null ? null : { kind: 'email', value: address };
}
