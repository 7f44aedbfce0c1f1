/** `never(type, window)` and `never(type, window, e, filter)`: nothing of it within the window. */
import { count } from './count.js';
import type { HistoryFunction } from './history.js';

export const never: HistoryFunction = {
  name: 'never',
  returns: 'bool',
  arities: count.arities,
  read(args, source, call) {
    const { value, ...counted } = count.read(args, source, call);
    return { ...counted, value: (history) => value(history) === 0n };
  },
};
