/** Reading the record back: the port of replay, and of all that reads histories. */
import type { ContactEventRow } from '#contracts/contact-event-record.js';
import type { Uuid } from '#contracts/ids.js';
import type { ContactRef } from './store.js';

export interface StoredState extends ContactRef {
  readonly version: number;
  /** Milliseconds. */
  readonly recordedAt: number;
  readonly sealed: Buffer;
}

export interface RecordReader {
  /** Contacts with events or a state, in key order after `after`, at most `limit`. */
  contacts(workspaceId: Uuid, after: Uuid | null, limit: number): Promise<readonly Uuid[]>;
  state(contact: ContactRef): Promise<StoredState | null>;
  wrappedKey(contact: ContactRef): Promise<Buffer | null>;
  /** Events with `from` ≤ version ≤ `to` in version order, at most `limit`. */
  events(contact: ContactRef, from: number, to: number, limit: number): Promise<readonly ContactEventRow[]>;
  /** Removes the state when it is still of this version and writes the new one, both or neither. False when it is not. */
  replaceState(state: StoredState, before: number | null): Promise<boolean>;
}
