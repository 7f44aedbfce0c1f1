/** One batch's transaction as its segments see it, and the loading of what a segment concerns. */
import type { Decider } from '#contracts/decision.js';
import type { Uuid } from '#contracts/ids.js';
import type { ContactKeyCache } from '#engine/sealing/contact-key-cache.js';
import type { WorkspaceKeys } from '#engine/sealing/sealing.js';
import { Asked } from './asked.js';
import type { DayKeys, Opened } from './opened.js';
import { judgeTokens } from './replayed.js';
import type { RulesInForce, RulesOfBatch } from './rules-in-force.js';
import { type SegmentParts, SegmentWork } from './segment-work.js';
import type { Changes, ContactRef, DecisionStore, DecisionUnit } from './store.js';

export interface DecisionParts<State, Rules> {
  readonly store: DecisionStore;
  readonly decider: Decider<State, Rules>;
  readonly rules: RulesInForce<Rules>;
  readonly keys: { readonly workspaces: WorkspaceKeys; readonly contacts: ContactKeyCache };
  /** Called after a commit that wrote events: wakes the readers of the lane, and its relay. */
  readonly decided?: (lane: number) => void;
}

export interface SegmentContext<State, Rules> {
  readonly parts: DecisionParts<State, Rules>;
  readonly unit: DecisionUnit;
  readonly rules: RulesOfBatch<Rules>;
  readonly dayKeys: DayKeys;
  readonly lane: number;
}

/** Loads what the inputs concern and makes ready to decide them. */
export async function prepare<State, Rules>(
  { parts, unit, rules, dayKeys, lane }: SegmentContext<State, Rules>,
  inputs: readonly Opened[],
): Promise<SegmentWork<State, Rules>> {
  const inForce = new Map<Uuid, Rules>();
  for (const { record } of inputs)
    if (!inForce.has(record.workspaceId)) inForce.set(record.workspaceId, await rules.of(record.workspaceId));
  const asked = new Asked(parts.decider, inputs);
  const loaded = await unit.load(contactsOf(inputs), asked.rows());
  const segment: SegmentParts<State, Rules> = {
    decider: parts.decider,
    contactKeys: parts.keys.contacts,
    dayKeys,
    lane,
    rules: inForce,
    replayed: await judgeTokens(unit, parts.keys.workspaces, inputs),
  };
  const work = new SegmentWork(segment, loaded, asked);
  await work.refold(unit);
  return work;
}

/** In key order, each once. */
export function contactsOf(inputs: readonly Opened[]): readonly ContactRef[] {
  const contacts = new Map<string, ContactRef>();
  for (const { record } of inputs)
    if (record.key !== null)
      contacts.set(record.workspaceId + record.key, { workspaceId: record.workspaceId, contactId: record.key });
  return [...contacts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, contact]) => contact);
}

/** What a segment writes that decides nothing. */
export const NOTHING: Omit<Changes, 'lane'> = {
  keys: [],
  events: [],
  states: [],
  seen: [],
  books: [],
  parked: [],
  unparked: [],
  quarantined: [],
  activations: [],
  forwards: [],
  timers: [],
};
