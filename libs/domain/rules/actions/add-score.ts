/** `add_score: 10` (negative takes away). The score stays within its bounds. */
import { actionKind } from './action.js';
import { MAX_SCORE } from './bounds.js';

export const addScore = actionKind<number>({
  kind: 'add_score',
  effect: false,
  parse(field, source) {
    const points = source.integer(field, 'add_score', -100_000, 100_000);
    return points === 0 ? source.complain(field.at, 'add_score adds nothing', 'write a number other than 0') : points;
  },
  target: () => '',
  decide(wanted, { facts, by }) {
    const points = Math.max(-MAX_SCORE, Math.min(MAX_SCORE, facts.score + wanted)) - facts.score;
    return points === 0 ? [] : [{ type: 'score_added', v: 1, data: { by, points }, pii: null }];
  },
});
