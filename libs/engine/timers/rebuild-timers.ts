/**
 * The table of timers from the states: every state knows what it waits for (engine.md 4.13). May run while the engine works: what is there
 * and due earlier stays, and means nothing where the state does not wait for it.
 */
import type { Decider } from '#contracts/decision.js';
import type { Uuid } from '#contracts/ids.js';
import type { RecordReader } from '#engine/decision/record-reader.js';
import { openState } from '#engine/decision/state-codec.js';
import type { ArmedTimer } from '#engine/decision/store.js';
import type { ContactKeyCache } from '#engine/sealing/contact-key-cache.js';

export interface RebuildTimersParts<State> {
  readonly reader: Pick<RecordReader, 'contacts' | 'state' | 'wrappedKey'>;
  readonly decider: Pick<Decider<State, never>, 'initial' | 'timersOf'>;
  readonly keys: ContactKeyCache;
  /** Arms those that are missing; answers how many were. */
  readonly arm: (timers: readonly ArmedTimer[]) => Promise<number>;
  /** Told after each page: contacts looked at so far. */
  readonly onProgress?: (contacts: number) => void;
}

export interface TimersRebuilt {
  readonly contacts: number;
  /** What their states wait for. */
  readonly timers: number;
  /** Of those, the ones that had no timer, or a later one. */
  readonly missing: number;
}

const PAGE = 500;

/** Throws PoisonError where a state does not open. */
export async function rebuildTimers<State>(
  parts: RebuildTimersParts<State>,
  workspaceId: Uuid,
): Promise<TimersRebuilt> {
  let [contacts, timers, missing] = [0, 0, 0];
  for (let after: Uuid | null = null; ; ) {
    const page: readonly Uuid[] = await parts.reader.contacts(workspaceId, after, PAGE);
    const wanted: ArmedTimer[] = [];
    for (const contactId of page) wanted.push(...(await timersOf(parts, workspaceId, contactId)));
    missing += wanted.length === 0 ? 0 : await parts.arm(inKeyOrder(wanted));
    contacts += page.length;
    timers += wanted.length;
    parts.onProgress?.(contacts);
    if (page.length < PAGE) return { contacts, timers, missing };
    after = page.at(-1) as Uuid;
  }
}

async function timersOf<State>(
  { reader, decider, keys }: RebuildTimersParts<State>,
  workspaceId: Uuid,
  contactId: Uuid,
): Promise<readonly ArmedTimer[]> {
  const contact = { workspaceId, contactId };
  const stored = await reader.state(contact);
  const wrapped = await reader.wrappedKey(contact);
  if (stored === null || wrapped === null) return [];
  const key = keys.open(workspaceId, contactId, wrapped);
  const initial = decider.initial(workspaceId, contactId);
  const opened = openState(initial, stored.sealed, contactId, stored.version, key);
  // What a state of an earlier release lacks is as it is at first.
  const state: State = Object.assign({}, initial, opened);
  return (decider.timersOf?.(state) ?? []).map((wish) => ({ ...contact, ...wish }));
}

function inKeyOrder(timers: readonly ArmedTimer[]): readonly ArmedTimer[] {
  const name = ({ contactId, purpose }: ArmedTimer): string => contactId + purpose;
  return timers.toSorted((a, b) => (name(a) < name(b) ? -1 : 1));
}
