/** `days_since(type)`: whole days since the latest one by occurredAt; 1000000 when it never happened. */
import { DAY } from '../duration.js';
import { member } from '../facts.js';
import { historyKey } from '../segments/reads.js';
import { type HistoryFunction, typeArgument } from './history.js';

const NEVER = 1_000_000n;

export const daysSince: HistoryFunction = {
  name: 'days_since',
  returns: 'int',
  arities: [1],
  read(args) {
    const type = typeArgument(args[0]!);
    return {
      counter: null,
      reads: [historyKey(type)],
      value: ({ facts, now }) => {
        const at = member(facts.last, type);
        return at === undefined ? NEVER : BigInt(wholeDays(now - at));
      },
      next: ({ facts, now }) => {
        const at = member(facts.last, type);
        return at === undefined ? null : at + (wholeDays(now - at) + 1) * DAY;
      },
    };
  },
};

function wholeDays(ms: number): number {
  return Math.max(0, Math.floor(ms / DAY));
}
