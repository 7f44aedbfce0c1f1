/**
 * Whose turn it is. In a round each gets as many turns as its weight, and the one next who has had the smallest share of them. Who is not
 * available is passed over and does not catch up: when all who are have had their turns, a new round begins.
 */
import type { Candidate } from './question.js';
import { of } from './state.js';

export interface Turn {
  readonly owner: string;
  readonly round: 'new round' | 'same round';
}

/** `available`: at least one, in the order of the team. `had`: turns of the round that goes on. */
export function nextTurn(
  available: readonly [Candidate, ...Candidate[]],
  had: { readonly [owner: string]: number },
): Turn {
  const turns = ({ email }: Candidate): number => of(had, email) ?? 0;
  const [first, ...rest] = available.filter((one) => turns(one) < one.weight);
  // All shares are nothing at the beginning of a round: the first of the team begins it.
  if (first === undefined) return { owner: available[0].email, round: 'new round' };
  let next = first;
  // Shares are compared without dividing.
  for (const one of rest) if (turns(one) * next.weight < turns(next) * one.weight) next = one;
  return { owner: next.email, round: Object.keys(had).length === 0 ? 'new round' : 'same round' };
}
