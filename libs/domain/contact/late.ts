/** What is older than this when it is decided updates the record, and neither notifies nor enrolls (engine.md 4.11). */
import { DAY } from '#domain/rules/duration.js';

export const LATE_AFTER = 3 * DAY;
