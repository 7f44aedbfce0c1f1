/** The body that a subscription is told a change with. Its names are a contract with receivers: those of the changes feed. */
import { changeAt } from '#adapters/postgres/feed/read.js';
import type { Pool } from '#adapters/postgres/pool.js';
import { contactById } from '#adapters/postgres/read-models/queries/contacts.js';
import { showChange } from '#apps/api/changes/change-schemas.js';
import type { Content } from '#engine/effects/attempt.js';
import { CONTACT_CHANGED, type LeasedEffect } from '#engine/effects/effect.js';

/** Read when it is sent: nothing personal waits in the queue, and an erased contact is told as one. */
export function openChange(pool: Pool): (effect: LeasedEffect) => Promise<Content<string>> {
  return async ({ workspaceId, contactId, data }) => {
    const change = data.position === undefined ? null : await changeAt(pool, workspaceId, data.position);
    if (change === null) return { unopened: 'change_expired' };
    const told = showChange(change, await contactById(pool, workspaceId, contactId));
    const timestamp = new Date(change.fedAt).toISOString();
    return { content: JSON.stringify({ type: CONTACT_CHANGED, timestamp, data: told }) };
  };
}
