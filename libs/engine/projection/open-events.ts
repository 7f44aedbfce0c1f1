/** Stored events → opened ones, with the keys of their contacts. */
import type { ContactEventRow } from '#contracts/contact-event-record.js';
import type { Uuid } from '#contracts/ids.js';
import type { JsonObject } from '#contracts/json.js';
import { upcast } from '#contracts/upcast.js';
import { openOrRecall } from '#engine/sealing/recall.js';
import type { ContactKeys, DataKey } from '#engine/sealing/sealing.js';
import { cleanText } from './clean-text.js';
import { contactKey } from './keys.js';
import { assertKnownEvent } from './known-events.js';
import type { OpenedEvent } from './opened-event.js';

export interface Opened {
  readonly events: readonly OpenedEvent[];
  /** Contacts (contactKey) of these events that have no key any more: they fold to their erased form. */
  readonly erased: ReadonlySet<string>;
}

/**
 * Opens events of any contacts. Throws StopPartitionError on a type or version that this process does not know, PoisonError on
 * bytes that do not open. An event without its contact's key has no `pii`.
 */
export async function openEvents(rows: readonly ContactEventRow[], keys: ContactKeys): Promise<Opened> {
  rows.forEach(assertKnownEvent);
  const loaded = await loadKeys(rows, keys);
  const erased = new Set<string>();
  const events = rows.map((row) => {
    const contact = contactKey(row);
    const key = loaded.get(contact);
    if (key === undefined) erased.add(contact);
    return openEvent(row, key ?? null);
  });
  return { events, erased };
}

/** Opens one event, or gives it without its personal part. Throws PoisonError on bytes that do not open. */
export function openEvent(row: ContactEventRow, key: DataKey | null): OpenedEvent {
  const { id, workspaceId, contactId, version, type, v, occurredAt, recordedAt } = row;
  const { causationId, correlationId, lane, position } = row;
  const data = cleanText(row.data);
  const pii = row.pii === null || key === null ? null : cleanText(openOrRecall(row.pii, id, key) as JsonObject);
  return upcast({
    ...{ id, workspaceId, contactId, version, type, v, occurredAt, recordedAt },
    ...{ causationId, correlationId, data, pii, lane, position },
  }) as unknown as OpenedEvent;
}

async function loadKeys(rows: readonly ContactEventRow[], keys: ContactKeys): Promise<ReadonlyMap<string, DataKey>> {
  const wanted = new Map<Uuid, Set<Uuid>>();
  for (const { workspaceId, contactId } of rows) {
    const contacts = wanted.get(workspaceId);
    if (contacts) contacts.add(contactId);
    else wanted.set(workspaceId, new Set([contactId]));
  }
  const loaded = new Map<string, DataKey>();
  for (const [workspaceId, contacts] of wanted) {
    for (const [contactId, key] of await keys.load(workspaceId, [...contacts]))
      loaded.set(contactKey({ workspaceId, contactId }), key);
  }
  return loaded;
}
