/** What conditions may ask beside event and contact: history, and the time. A new function is a file and a line here. */

import { TIME_FUNCTIONS } from '../time/functions.js';
import { count } from './count.js';
import { daysSince } from './days-since.js';
import type { HistoryFunction } from './history.js';
import { inSegment } from './in-segment.js';
import { inSequence } from './in-sequence.js';
import { never } from './never.js';

export const HISTORY_FUNCTIONS: readonly HistoryFunction[] = [
  count,
  never,
  daysSince,
  inSequence,
  inSegment,
  ...TIME_FUNCTIONS,
];
