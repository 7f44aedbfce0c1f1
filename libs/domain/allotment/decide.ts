/** Answers one question over the state: pure, and nothing the second time. A grant that its contact does not use stays counted. */
import type { Uuid } from '#contracts/ids.js';
import { isAtWork } from '#domain/rules/teams/at-work.js';
import type { AllotmentEvent, Allotted } from './events.js';
import type { Candidate, Cap, Question, Refusal, Rotation } from './question.js';
import { nextTurn, type Turn } from './rotation.js';
import { type AllotmentState, MAX_REMEMBERED, of, within } from './state.js';

/**
 * `recordedAt`: of the question, milliseconds; windows and working hours go by the later of it and the last event. `seen`: ids of questions
 * that were answered. Null for one of those. Throws on an unknown time zone.
 */
export function decide(
  state: AllotmentState,
  question: Question,
  { recordedAt, seen }: { readonly recordedAt: number; readonly seen: ReadonlySet<Uuid> },
): AllotmentEvent | null {
  if (seen.has(question.id)) return null;
  const now = Math.max(state.recordedAt, recordedAt);
  const answer = answered(state, question, now);
  const about = { questionId: question.id, recordedAt: now };
  if (typeof answer === 'string') return { type: 'allotment_refused', ...about, reason: answer };
  return { type: 'allotted', ...about, ...answer };
}

function answered(
  state: AllotmentState,
  { perRule, perOwner, owner, rotation }: Question,
  now: number,
): Refusal | Omit<Allotted, 'type' | 'questionId' | 'recordedAt'> {
  if (perRule && within(state.grants, perRule.window, now) >= perRule.count) return 'rule_cap';
  const turn = rotation && turnOf(state, rotation, perOwner, now);
  if (typeof turn === 'string') return turn;
  const counted = turn?.owner ?? owner;
  if (turn === null && counted !== null && !hasRoom(state, counted, perOwner, now)) return 'owner_cap';
  return {
    owner: counted,
    turn: turn?.round ?? null,
    countsUntil: perRule && now + perRule.window,
    ownerCountsUntil: counted === null ? null : perOwner && now + perOwner.window,
  };
}

function turnOf(
  state: AllotmentState,
  { candidates, outsideHours }: Rotation,
  cap: Cap | null,
  now: number,
): Turn | Refusal {
  if (!isSome(candidates)) return 'nobody_available';
  const withRoom = candidates.filter(({ email }) => hasRoom(state, email, cap, now));
  if (!isSome(withRoom)) return 'owner_cap';
  const atWork = withRoom.filter((one) => isAtWork(one, now));
  if (isSome(atWork)) return nextTurn(atWork, state.round);
  return outsideHours === 'anyone' ? nextTurn(withRoom, state.round) : 'nobody_available';
}

function hasRoom({ owners }: AllotmentState, owner: string, cap: Cap | null, now: number): boolean {
  if (!cap) return true;
  if (within(of(owners, owner) ?? [], cap.window, now) >= cap.count) return false;
  const remembered = Object.values(owners).reduce((sum, { length }) => sum + length / 2, 0);
  return remembered < MAX_REMEMBERED;
}

function isSome(candidates: readonly Candidate[]): candidates is readonly [Candidate, ...Candidate[]] {
  return candidates.length > 0;
}
