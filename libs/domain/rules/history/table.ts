/** The history functions of the language. A new one is a file and a line here. */
import { count } from './count.js';
import { daysSince } from './days-since.js';
import type { HistoryFunction } from './history.js';
import { inSequence } from './in-sequence.js';
import { never } from './never.js';

export const HISTORY_FUNCTIONS: readonly HistoryFunction[] = [count, never, daysSince, inSequence];
