/**
 * What a contact waits for, and what is decided when it is due (engine.md 4.13). There is one timer of a purpose, which moves only
 * earlier and is never cancelled: when it fires the state decides whether there is anything to do, and what to wait for next. What is due
 * by the rules in force is armed only while it lies ahead: so new rules take a contact in silently, and only what comes later triggers.
 */
import type { TimerWish } from '#contracts/decision.js';
import type { Placed, TimerDueInput } from '#contracts/inputs.js';
import { ChangeView } from '#domain/rules/condition/change-view.js';
import { DueView } from '#domain/rules/condition/due-view.js';
import { currentSubject } from '#domain/rules/facts.js';
import type { RulesInForce } from '#domain/rules/in-force.js';
import { nextCrossing } from '#domain/rules/score.js';
import { get } from './dict.js';
import { runKnockOns } from './knock-on.js';
import { LATE_AFTER } from './late.js';
import { SCORE, SEGMENTS, SETTLE } from './purposes.js';
import { Recording } from './recording.js';
import { runOnly } from './run-rules.js';
import { isArmed, judgeSegments, segmentWishes } from './segments.js';
import { runSettled } from './settle.js';
import { settlesAt } from './settling.js';
import type { ContactState } from './state.js';

export interface TimerDecision {
  readonly recording: Recording;
  /** It fired too early, for an earlier wish: armed for the rest. */
  readonly again: readonly TimerWish[];
}

export function decideTimer(
  state: ContactState,
  { input, id }: Placed<TimerDueInput>,
  now: number,
  rules: RulesInForce,
): TimerDecision {
  const { purpose } = input.data;
  const dueAt = get(state.timers, purpose);
  const recording = new Recording(state, now, Math.min(dueAt ?? now, now), id);
  if (dueAt === undefined) return { recording, again: [] };
  if (dueAt > now) return { recording, again: [{ purpose, dueAt }] };
  const origin = { cause: id, decision: 'timer', action: `fired ${purpose}` };
  const cause = recording.record({ type: 'timer_fired', v: 1, data: { purpose, dueAt }, pii: null }, origin);
  if (state.deleted) return { recording, again: [] };
  const subject = currentSubject(state) ?? state.contactId;
  const occasion = { input: id, cause, subject, late: now - dueAt > LATE_AFTER };
  const again = purpose === SEGMENTS;
  judgeSegments(recording, rules, { input: id, silent: again, all: again });
  const rulesFrom = recording.events.length;
  if (purpose === SETTLE) runSettled(recording, rules, state, now);
  else if (purpose === SCORE) {
    const before = { ...state, score: state.scoreTold, grants: [] };
    const change = { type: 'score_changed', name: '', rule: '', before, after: recording.state, now } as const;
    const event = new ChangeView(change);
    runOnly(recording, rules.candidates(event), { ...occasion, event });
  } else {
    const rule = rules.waiting.get(purpose);
    if (rule?.on.due?.(state) === dueAt) runOnly(recording, [rule], { ...occasion, event: new DueView(rule.on.type) });
  }
  runKnockOns(recording, rules, { ...occasion, rulesFrom });
  return { recording, again: [] };
}

/** Arms what the contact, as it is decided now, is to be looked at for. */
export function armTimers(recording: Recording, rules: RulesInForce, cause: string, looked: boolean): void {
  const { state } = recording;
  if (state.deleted || state.linkedTo !== null) return;
  for (const wish of [...wishesOf(recording, rules, looked), ...segmentWishes(recording)]) {
    if (isArmed(state, wish)) continue;
    const origin = { cause, decision: 'timer', action: `armed ${wish.purpose}` };
    recording.record({ type: 'timer_armed', v: 1, data: wish, pii: null }, origin);
  }
}

function wishesOf({ state, now, events }: Recording, rules: RulesInForce, looked: boolean): readonly TimerWish[] {
  const wishes: TimerWish[] = [];
  const wish = (purpose: string, dueAt: number | null): void => {
    if (dueAt !== null && dueAt > now) wishes.push({ purpose, dueAt });
  };
  const settles = settlesAt(state);
  if (settles !== null) wish(SETTLE, Math.max(settles, now + 1));
  if (rules.scoreLines.length > 0 && (looked || events.some(({ type }) => SCORING.has(type))))
    wish(SCORE, nextCrossing(state, now, rules.scoreLines));
  for (const [purpose, { on }] of rules.waiting) wish(purpose, on.due?.(state) ?? null);
  return wishes;
}

/** Events after which the score may cross a line at another time than before. */
const SCORING: ReadonlySet<string> = new Set(['score_added', 'merged', 'timer_fired']);
