/** The record in memory, read back: for pure tests. */
import type { Uuid } from '#contracts/ids.js';
import type { MemoryTables } from './memory-store.js';
import type { RecordReader, StoredState } from './record-reader.js';
import type { ContactRef } from './store.js';

const nameOf = ({ workspaceId, contactId }: ContactRef): string => `${workspaceId}/${contactId}`;

export class MemoryRecordReader implements RecordReader {
  constructor(private readonly tables: () => MemoryTables) {}

  async contacts(workspaceId: Uuid, after: Uuid | null, limit: number): Promise<readonly Uuid[]> {
    const rows = [...this.tables().events, ...this.tables().states.values()];
    const mine = rows.filter((row) => row.workspaceId === workspaceId && (after === null || row.contactId > after));
    return [...new Set(mine.map((row) => row.contactId))].sort().slice(0, limit);
  }

  async state(contact: ContactRef): Promise<StoredState | null> {
    return this.tables().states.get(nameOf(contact)) ?? null;
  }

  async wrappedKey(contact: ContactRef): Promise<Buffer | null> {
    return this.tables().keys.get(nameOf(contact)) ?? null;
  }

  async events(contact: ContactRef, from: number, to: number, limit: number) {
    return this.tables()
      .events.filter((row) => nameOf(row) === nameOf(contact) && row.version >= from && row.version <= to)
      .sort((a, b) => a.version - b.version)
      .slice(0, limit);
  }

  async replaceState(state: StoredState, before: number | null): Promise<boolean> {
    const { states } = this.tables();
    if ((states.get(nameOf(state))?.version ?? null) !== before) return false;
    states.set(nameOf(state), { ...state, loaded: null });
    return true;
  }
}
