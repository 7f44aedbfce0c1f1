/** What of the read models waits for a replay: contacts that stand still, and models whose rows another version made. */
import type { Pool } from '#adapters/postgres/pool.js';
import { type StaleModel, staleModels } from '#adapters/postgres/read-models/models.js';
import { type StuckContacts, stuckContacts } from '#adapters/postgres/read-models/queries/stuck.js';
import type { Probe } from './watched.js';

/** Notes, not troubles: everything else is projected meanwhile. */
export function projectionProbe(pool: Pool): Probe {
  return {
    part: 'projection',
    troubles: async () => [],
    notes: async () => [...(await staleModels(pool)).map(sayStale), ...(await stuckContacts(pool)).map(sayStuck)],
  };
}

function sayStale({ name, stored, expected }: StaleModel): string {
  if (expected === null) return `The read model ${name} is of a newer version: this process does not know it.`;
  const rows = stored === null ? 'has no version' : `has rows of version ${stored}`;
  return `The read model ${name} ${rows} and this process makes version ${expected}: run afterclick replay --all.`;
}

function sayStuck({ workspace, contacts }: StuckContacts): string {
  const which = `afterclick replay --workspace ${workspace}`;
  return `Events of ${contacts} contacts of workspace ${workspace} could not be projected; they stand still until: ${which}`;
}
