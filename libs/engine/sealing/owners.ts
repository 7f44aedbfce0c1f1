/** Names that bind a wrapped key to what it is the key of. Stored in the additional data: never renamed. */
import type { Uuid } from '#contracts/ids.js';
import type { DayPurpose } from './sealing.js';

/** Owner of a workspace's secret. */
export function secretOwner(workspaceId: Uuid): string {
  return `workspace-secret:${workspaceId}`;
}

/** Owner of a workspace's daily key; `day` is `YYYY-MM-DD` in UTC. */
export function dayOwner(workspaceId: Uuid, day: string, purpose: DayPurpose): string {
  return `workspace-day:${workspaceId}:${purpose}:${day}`;
}

/** Owner of a contact's key. */
export function contactOwner(workspaceId: Uuid, contactId: Uuid): string {
  return `contact:${workspaceId}:${contactId}`;
}

/** Owner of the key that seals the file of an import. */
export function importOwner(workspaceId: Uuid, importId: Uuid): string {
  return `import:${workspaceId}:${importId}`;
}

/** The UTC day of a time in milliseconds, `YYYY-MM-DD`. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
