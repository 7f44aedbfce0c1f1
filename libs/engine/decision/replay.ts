/**
 * Replay: a contact's state is the fold of its events, each under the rules in force where its input was decided. It gives the
 * stored state to the byte, or says where it does not (engine.md 4.7).
 */
import { type ContactEvent, isEngagement, type Recorded, type StoredEvent } from '#contracts/contact-events.js';
import type { AliasRef, Decider } from '#contracts/decision.js';
import type { Uuid } from '#contracts/ids.js';
import { PoisonError } from '#engine/log/errors.js';
import type { ContactKeyCache } from '#engine/sealing/contact-key-cache.js';
import type { DataKey } from '#engine/sealing/sealing.js';
import { openEvent } from './event-codec.js';
import type { RecordReader, StoredState } from './record-reader.js';
import type { RulesTimeline } from './rules-timeline.js';
import { openState, sealState } from './state-codec.js';
import type { ContactRef } from './store.js';

export interface ReplayParts<State, Rules> {
  readonly reader: RecordReader;
  readonly decider: Decider<State, Rules>;
  readonly timeline: RulesTimeline<Rules>;
  readonly keys: ContactKeyCache;
}

/** Events read at a time: a contact's history is never held whole, unless the rules changed their counters. */
const PAGE = 500;

/** A contact's events in version order, opened. */
export async function* storedEvents(
  parts: Pick<ReplayParts<never, never>, 'reader' | 'keys'>,
  contact: ContactRef,
  to = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<StoredEvent> {
  const key = await contactKey(parts, contact);
  for (let from = 1; from <= to; ) {
    const rows = await parts.reader.events(contact, from, to, PAGE);
    for (const row of rows) yield openEvent(row, key);
    if (rows.length < PAGE) return;
    from = (rows.at(-1) as { version: number }).version + 1;
  }
}

async function contactKey(
  { reader, keys }: Pick<ReplayParts<never, never>, 'reader' | 'keys'>,
  contact: ContactRef,
): Promise<DataKey | null> {
  const wrapped = await reader.wrappedKey(contact);
  return wrapped === null ? null : keys.open(contact.workspaceId, contact.contactId, wrapped);
}

/** The state after the event of version `to` (default: the last). The initial state where there are no events. */
export async function foldContact<State, Rules>(
  parts: ReplayParts<State, Rules>,
  contact: ContactRef,
  to?: number,
): Promise<State> {
  const { decider, timeline } = parts;
  let state = decider.initial(contact.workspaceId, contact.contactId);
  let before: StoredEvent | null = null;
  for await (const event of storedEvents(parts, contact, to)) {
    const place = { topic: event.inputTopic, partition: event.inputPartition, position: event.inputPosition };
    const rules = await timeline.at(contact.workspaceId, place);
    // As it was decided: counters are given before an input, never between its events.
    if (!isOfOneInput(before, event) && decider.lacksHistory(state, rules))
      state = decider.withHistory(
        state,
        rules,
        await history(parts, contact, event.version, decider.aliasesOf?.(state)),
      );
    state = decider.evolve(state, event);
    before = event;
  }
  return state;
}

function isOfOneInput(before: StoredEvent | null, event: StoredEvent): boolean {
  return (
    before !== null &&
    before.inputPosition === event.inputPosition &&
    before.inputPartition === event.inputPartition &&
    before.inputTopic === event.inputTopic
  );
}

/** Engagements of the contact below a version, and all of those of its aliases: their streams have ended. */
async function history(
  parts: Pick<ReplayParts<never, never>, 'reader' | 'keys'>,
  contact: ContactRef,
  version: number,
  aliases: readonly AliasRef[] = [],
): Promise<readonly Recorded<ContactEvent>[]> {
  const engagements: Recorded<ContactEvent>[] = [];
  for (const { contactId } of aliases)
    for await (const event of storedEvents(parts, { ...contact, contactId }))
      if (isEngagement(event.type)) engagements.push(event);
  for await (const event of storedEvents(parts, contact, version - 1))
    if (isEngagement(event.type)) engagements.push(event);
  return engagements;
}

export interface ReplayReport {
  readonly contacts: number;
  /** Contacts whose stored state is not what their events fold to, with what differs: never what is in it. */
  readonly differing: readonly {
    readonly contactId: Uuid;
    readonly why: 'no state' | 'other version' | 'other state' | 'unreadable';
  }[];
}

export interface ReplayOptions {
  /** Writes what the events fold to in place of each stored state; default false: compares only. */
  readonly rebuild?: boolean;
  readonly onProgress?: (contacts: number) => void;
}

/** Replays all contacts of a workspace; it may run while inputs are decided. */
export async function replayContacts<State, Rules>(
  parts: ReplayParts<State, Rules>,
  workspaceId: Uuid,
  options: ReplayOptions = {},
): Promise<ReplayReport> {
  const differing: ReplayReport['differing'][number][] = [];
  let contacts = 0;
  for (let after: Uuid | null = null; ; ) {
    const page: readonly Uuid[] = await parts.reader.contacts(workspaceId, after, PAGE);
    for (const contactId of page) {
      const why = await replayContact(parts, { workspaceId, contactId }, options.rebuild ?? false);
      if (why !== null) differing.push({ contactId, why });
    }
    contacts += page.length;
    options.onProgress?.(contacts);
    if (page.length < PAGE) return { contacts, differing };
    after = page.at(-1) as Uuid;
  }
}

/** Compared up to the version of the stored state, read first: what is decided meanwhile is not looked at. */
async function replayContact<State, Rules>(
  parts: ReplayParts<State, Rules>,
  contact: ContactRef,
  rebuild: boolean,
): Promise<ReplayReport['differing'][number]['why'] | null> {
  const stored = await parts.reader.state(contact);
  const key = await contactKey(parts, contact);
  let folded = await foldContact(parts, contact, stored?.version);
  if (difference(parts, stored, folded, key) === 'other state') {
    // It may have been decided under rules that were published since this replay read what is in force.
    parts.timeline.forget();
    folded = await foldContact(parts, contact, stored?.version);
  }
  const version = parts.decider.versionOf(folded);
  // Its first events may have been decided since we looked.
  if (stored === null && version > 0 && (await parts.reader.state(contact)) !== null)
    return replayContact(parts, contact, rebuild);
  const why = difference(parts, stored, folded, key);
  if (!rebuild || key === null || version === 0) return why;
  const recordedAt = parts.decider.recordedAtOf(folded);
  const sealed = sealState(folded, contact.contactId, version, key);
  const replaced = await parts.reader.replaceState(
    { ...contact, version, recordedAt, sealed },
    stored?.version ?? null,
  );
  return replaced ? why : replayContact(parts, contact, rebuild);
}

function difference<State, Rules>(
  { decider }: ReplayParts<State, Rules>,
  stored: StoredState | null,
  folded: State,
  key: DataKey | null,
): ReplayReport['differing'][number]['why'] | null {
  if (stored === null) return decider.versionOf(folded) === 0 ? null : 'no state';
  if (stored.version !== decider.versionOf(folded) || stored.recordedAt !== decider.recordedAtOf(folded))
    return 'other version';
  if (key === null) return 'unreadable';
  try {
    const initial = decider.initial(stored.workspaceId, stored.contactId);
    const state = openState(initial, stored.sealed, stored.contactId, stored.version, key);
    return JSON.stringify(state) === JSON.stringify(folded) ? null : 'other state';
  } catch (error) {
    if (error instanceof PoisonError) return 'unreadable';
    throw error;
  }
}
