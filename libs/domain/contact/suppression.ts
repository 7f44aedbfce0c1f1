/**
 * Suppression by scope of an address (engine.md 4.10): the latest by occurredAt has the last word, and on a tie suppressing does; a
 * person's resubscription lifts their unsubscription, never a hard bounce, a complaint or what a rule or people of ours suppressed.
 */
import type { EngagementRecorded, Recorded, Suppressed, SuppressionLifted } from '#contracts/contact-events.js';
import { type Dict, get, put } from './dict.js';
import { MAX_SCOPE, MAX_SCOPES, type SuppressionEntry } from './state.js';

export type SuppressReason = Suppressed['data']['reason'];
export type LiftReason = SuppressionLifted['data']['reason'];

/** What each kind of lifting can lift. */
const LIFTS: { readonly [reason in LiftReason]: readonly SuppressReason[] } = {
  resubscribed: ['unsubscribed'],
  rule: ['rule'],
  command: ['rule', 'command', 'unsubscribed', 'complaint', 'hard_bounce'],
};

/** The harder to lift, the stronger. */
const STRENGTH: readonly SuppressReason[] = ['rule', 'unsubscribed', 'command', 'complaint', 'hard_bounce'];

/** What an engagement says about sending to its address; null when it says nothing. */
export function suppressingOf({
  engagement,
  scope,
}: EngagementRecorded['data']): { reason: SuppressReason; scope: string } | null {
  switch (engagement) {
    case 'hard_bounce':
    case 'complaint':
      return { reason: engagement, scope: 'all' };
    case 'unsubscribed':
      return { reason: engagement, scope: scope ?? 'all' };
    default:
      return null;
  }
}

/** The scope under which the state keeps what is said of `scope`: above its bounds all, for suppressing wins. */
export function keptScope(entries: Dict<SuppressionEntry>, scope: string): string {
  if (Object.hasOwn(entries, scope)) return scope;
  return scope.length > MAX_SCOPE || Object.keys(entries).length >= MAX_SCOPES ? 'all' : scope;
}

export function suppresses(entry: SuppressionEntry | undefined, reason: SuppressReason, at: number): boolean {
  if (!entry) return true;
  if (entry.on) return STRENGTH.indexOf(reason) > STRENGTH.indexOf(entry.reason as SuppressReason);
  return at >= entry.at || !LIFTS[entry.reason as LiftReason].includes(reason);
}

export function lifts(entry: SuppressionEntry | undefined, reason: LiftReason, at: number): boolean {
  return entry?.on === true && at > entry.at && LIFTS[reason].includes(entry.reason as SuppressReason);
}

/** The entry after a suppression or a lifting. A stronger reason that comes late does not make the suppression older. */
export function lastWord(
  before: SuppressionEntry | undefined,
  on: boolean,
  reason: string,
  at: number,
): SuppressionEntry {
  const next = { on, reason, at };
  return on && before?.on ? both(next, before) : next;
}

/** Two suppressions: the stronger reason, the later time, and whether the person is concerned. */
function both(one: SuppressionEntry, other: SuppressionEntry): SuppressionEntry {
  const reason = strengthOf(other) > strengthOf(one) ? other.reason : one.reason;
  const person = [one, other].some((entry) => entry.person || entry.reason !== 'hard_bounce');
  const at = Math.max(one.at, other.at);
  return { on: true, reason, at, ...(reason === 'hard_bounce' && person ? { person } : {}) };
}

const strengthOf = ({ reason }: SuppressionEntry): number => STRENGTH.indexOf(reason as SuppressReason);

/** Of two words on one scope of one address the later one; of the same time, and of two suppressions, what suppresses more. */
export function laterWord(one: SuppressionEntry, other: SuppressionEntry): SuppressionEntry {
  if (one.on && other.on) return both(one, other);
  if (one.at !== other.at) return one.at > other.at ? one : other;
  return other.on ? other : one;
}

/** A resubscription where nothing is suppressed is remembered: an older unsubscription may still be on its way. */
export function metResubscribed(
  entries: Dict<SuppressionEntry>,
  event: Recorded<EngagementRecorded>,
): Dict<SuppressionEntry> {
  if (event.data.engagement !== 'resubscribed') return entries;
  const scope = event.data.scope ?? 'all';
  const entry = get(entries, scope);
  // A scope that is not kept is not lifted either: it would lift all.
  if (keptScope(entries, scope) !== scope) return entries;
  if (entry?.on || (entry && entry.at >= event.occurredAt)) return entries;
  return put(entries, scope, {
    on: false,
    reason: entry?.reason === 'command' ? 'command' : 'resubscribed',
    at: event.occurredAt,
  });
}

/** A suppression that is repeated later is as good as its latest: only what comes after that lifts it. */
export function metSuppressing(
  entries: Dict<SuppressionEntry>,
  event: Recorded<EngagementRecorded>,
): Dict<SuppressionEntry> {
  const suppressing = suppressingOf(event.data);
  if (!suppressing) return entries;
  const scope = keptScope(entries, suppressing.scope);
  const entry = get(entries, scope);
  if (!entry?.on) return entries;
  const at = Math.max(entry.at, event.occurredAt);
  const person = entry.reason === 'hard_bounce' && suppressing.reason !== 'hard_bounce' && !entry.person;
  if (at === entry.at && !person) return entries;
  return put(entries, scope, { ...entry, at, ...(person ? { person } : {}) });
}
