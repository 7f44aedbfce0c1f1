/** `count(type, window)` and `count(type, window, e, filter)`: how many within the window; the triggering event counts. */
import { historyKey } from '../segments/reads.js';
import { countSince, leavesAt } from './buckets.js';
import { counterOf } from './counter.js';
import { filterArgument, type HistoryFunction, typeArgument, windowArgument } from './history.js';

export const count: HistoryFunction = {
  name: 'count',
  returns: 'int',
  arities: [2, 4],
  read(args, source, call) {
    const type = typeArgument(args[0]!);
    const window = windowArgument(args[1]!);
    const { variable, filter } =
      args.length === 4 ? filterArgument(args, source, call) : { variable: 'e', filter: null };
    const counter = counterOf(type, variable, filter);
    return {
      counter,
      reads: [historyKey(type)],
      value: ({ facts, now }) => BigInt(countSince(facts.counters[counter.id], window, now)),
      next: ({ facts, now }) => leavesAt(facts.counters[counter.id], window, now),
    };
  },
};
