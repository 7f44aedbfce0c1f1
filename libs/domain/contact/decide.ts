/** Decides one input over the state: pure, and nothing the second time. */
import type { Booked, DecideContext, Decision, Sent, TimerWish } from '#contracts/decision.js';
import type { Input, Placed } from '#contracts/inputs.js';
import { currentSubject } from '#domain/rules/facts.js';
import type { RulesInForce } from '#domain/rules/in-force.js';
import { decideEngagement } from './engagement.js';
import { decideDelete } from './forget.js';
import { lacksHistory } from './history.js';
import { runKnockOns } from './knock-on.js';
import { decideLink, decideLinkAnswered, decideLinkAsked, decideMerge } from './link.js';
import { lookups } from './lookups.js';
import { decideNotificationCommand, decideOutcome } from './notification.js';
import { TAKE_IN } from './purposes.js';
import type { Recording } from './recording.js';
import { judgeSegments } from './segments.js';
import type { ContactState } from './state.js';
import { decideSuppressionCommand } from './suppression-command.js';
import { armTimers, decideTimer } from './timers.js';
import { decideUpsert } from './upsert.js';

const NOTHING: Decision = { events: [], booked: null, seen: [] };

/** Throws when the state keeps other counters than the rules ask for: the caller has left out `withHistory`. */
export function decide(state: ContactState, placed: Placed, { rules, seen }: DecideContext<RulesInForce>): Decision {
  const keys = lookups(placed);
  if (keys.some(({ key }) => seen.has(key))) {
    return placed.input.type === 'engagement' ? { ...NOTHING, booked: 'duplicate' } : NOTHING;
  }
  if (lacksHistory(state, rules))
    throw new Error(`contact ${state.contactId} lacks the counters of the rules in force`);
  const decided = outcome(state, placed, Math.max(state.recordedAt, placed.recordedAt), rules);
  if (!decided) return NOTHING;
  const { recording, again = [] } = decided;
  const looked = placed.input.type === 'timer_due';
  followSegments(recording, rules, placed);
  if (looked || recording.events.length > 0) armTimers(recording, rules, placed.id, looked);
  const armed = recording.events.flatMap(({ type, data }) => (type === 'timer_armed' ? [data as TimerWish] : []));
  const timers = [...again, ...armed];
  return {
    events: recording.events,
    booked: decided.booked ?? null,
    seen: keys.map(({ key, writeTo }) => ({ key, month: writeTo })),
    ...(decided.sends?.length ? { sends: decided.sends } : {}),
    ...(timers.length > 0 ? { timers } : {}),
  };
}

/** Of what has not been followed yet: a suppression, a link, a contact that is shown to what was published. */
function followSegments(recording: Recording, rules: RulesInForce, { id, input }: Placed): void {
  const { state, events } = recording;
  const takeIn = input.type === 'timer_due' && input.data.purpose === TAKE_IN;
  if (events.length === 0 && !takeIn) return;
  if (isOfLinks(input)) {
    judgeSegments(recording, rules, { input: id, silent: true });
    return;
  }
  const subject = currentSubject(state) ?? state.contactId;
  const place = { from: events.length, rulesFrom: events.length };
  runKnockOns(recording, rules, { input: id, takeIn, subject, late: false, ...place });
}

function isOfLinks({ type }: Input): boolean {
  return type === 'link' || type === 'link_asked' || type === 'link_answered' || type === 'merge';
}

interface Outcome {
  readonly recording: Recording;
  readonly booked?: Booked;
  readonly sends?: readonly Sent[];
  readonly again?: readonly TimerWish[];
}

function outcome(state: ContactState, placed: Placed, now: number, rules: RulesInForce): Outcome | null {
  if (is(placed, 'engagement')) return decideEngagement(state, placed, now, rules);
  if (is(placed, 'contact_upsert')) return decideUpsert(state, placed, now, rules);
  if (is(placed, 'contact_delete')) return { recording: decideDelete(state, placed, now) };
  if (is(placed, 'effect_outcome')) return { recording: decideOutcome(state, placed, now) };
  if (is(placed, 'notification_command')) return { recording: decideNotificationCommand(state, placed, now) };
  if (is(placed, 'suppression_command')) return { recording: decideSuppressionCommand(state, placed, now) };
  if (is(placed, 'link')) return decideLink(state, placed, now);
  if (is(placed, 'link_asked')) return decideLinkAsked(state, placed, now);
  if (is(placed, 'link_answered')) return decideLinkAnswered(state, placed, now);
  if (is(placed, 'timer_due')) return decideTimer(state, placed, now, rules);
  if (is(placed, 'merge')) return { recording: decideMerge(state, placed, now) };
  return null;
}

function is<T extends Input['type']>(placed: Placed, type: T): placed is Placed<Extract<Input, { type: T }>> {
  return placed.input.type === type;
}
