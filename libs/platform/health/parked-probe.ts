/** What is parked: it waits for somebody, and nothing is sent to its contacts meanwhile. */
import { type HeldWorkspace, heldWorkspaces } from '#adapters/postgres/event-store/held.js';
import { type ParkedInputs, parkedInputs } from '#adapters/postgres/operations/parked-inputs.js';
import type { Pool } from '#adapters/postgres/pool.js';
import type { Probe } from './watched.js';

/** Inputs of a workspace that are counted at most. */
const COUNTED = 1_000;

/** Notes, not troubles: everything else is decided meanwhile. */
export function parkedProbe(pool: Pool): Probe {
  return {
    part: 'parked',
    troubles: async () => [],
    notes: async () => [...(await heldWorkspaces(pool)).map(sayHeld), ...(await parkedInputs(pool, COUNTED)).map(say)],
  };
}

function say({ workspace, inputs }: ParkedInputs): string {
  const many = inputs >= COUNTED ? `${COUNTED} or more` : `${inputs}`;
  return `${many} inputs of workspace ${workspace} are parked, and nothing is sent to their contacts: see afterclick parked list.`;
}

function sayHeld({ workspace, since }: HeldWorkspace): string {
  const from = new Date(since).toISOString();
  return `Workspace ${workspace} is held since ${from}: too many of its inputs could not be decided, and further ones are parked undecided. Mend the cause, then: afterclick workspaces release ${workspace}`;
}
