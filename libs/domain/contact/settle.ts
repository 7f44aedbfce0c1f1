/**
 * Rules that let things settle (`settle: 15s`): what they are triggered by is kept until then, and they are asked with what is known by
 * then. A scanner's burst is recognised first: a click that turned out to be a machine's is asked about as one.
 */
import type { EngagementRecorded } from '#contracts/contact-events.js';
import { ContactView } from '#domain/rules/condition/contact-view.js';
import { EventView } from '#domain/rules/condition/event-view.js';
import type { RulesInForce } from '#domain/rules/in-force.js';
import type { CompiledRule } from '#domain/rules/rule.js';
import { LATE_AFTER } from './late.js';
import type { Recording } from './recording.js';
import { runOnly } from './run-rules.js';
import { type ContactState, MAX_SETTLING, type Settling } from './state.js';

export type Wait = NonNullable<EngagementRecorded['data']['waits']>[number];

/**
 * Those of the rules that this engagement triggers which wait until they are asked about it. Above a number of engagements nothing waits:
 * they are asked at once.
 */
export function waitsOf(
  state: ContactState,
  candidates: readonly CompiledRule[],
  event: EventView,
  now: number,
): readonly Wait[] {
  const settling = candidates.filter(({ settle }) => settle !== null);
  if (settling.length === 0 || state.settling.length >= MAX_SETTLING) return [];
  const scope = { event, contact: new ContactView(state, now), $history: { facts: state, now } };
  return settling
    .filter((rule) => mayMatch(rule, () => rule.where?.holds(scope) ?? true))
    .map(({ name, settle }) => ({ rule: name, until: now + (settle as number) }));
}

/** One that errs is asked all the same when it is due, and says so then. */
function mayMatch({ where }: CompiledRule, holds: () => boolean): boolean {
  if (where === null) return true;
  try {
    return holds();
  } catch {
    return true;
  }
}

/** Asks the rules whose time has come, in the order of the engagements: as they are in force now. `before`: with what was settling. */
export function runSettled(recording: Recording, rules: RulesInForce, before: ContactState, now: number): void {
  for (const one of before.settling) {
    const due = new Set(one.waits.filter(({ until }) => until <= now).map(({ rule }) => rule));
    if (due.size > 0) runDue(recording, rules, one, due);
  }
}

function runDue(
  recording: Recording,
  rules: RulesInForce,
  { id, at, data, pii }: Settling,
  due: ReadonlySet<string>,
): void {
  const event = new EventView({ data, pii });
  const asked = rules.candidates(event).filter(({ name, settle }) => settle !== null && due.has(name));
  const subject = data.subject ?? recording.state.contactId;
  runOnly(recording, asked, { event, cause: id, subject, late: recording.now - at > LATE_AFTER });
}
