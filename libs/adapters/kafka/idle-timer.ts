/**
 * A fault of kafkajs 2.2.4 (issues 1556, 1704, 1751): each answer of a broker arms a timer of 1 ms that arms itself again for ever,
 * also when nothing is pending, and with a negative delay, of which Node 24 warns. It costs 3 % of a core when idle. Here the timer
 * is armed only while something is pending; whatever becomes pending later arms it then (RequestQueue.push).
 */
import { RequestQueueClass } from './kafkajs-internals.js';

const CURED = Symbol.for('afterclick.kafkajs.idle-timer');

/** Cures every connection of this process; calling it again changes nothing. */
export function cureIdleTimer(): void {
  const prototype = RequestQueueClass.prototype as typeof RequestQueueClass.prototype & { [CURED]?: true };
  if (prototype[CURED]) return;
  const arm = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function armWhilePending() {
    if (this.pending.length > 0) arm.call(this);
  };
  prototype[CURED] = true;
}
