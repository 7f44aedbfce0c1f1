/**
 * Two faults of kafkajs 2.2.4, cured in its request queue (one a connection):
 *
 * - Each answer of a broker arms a timer of 1 ms that arms itself again for ever, also when nothing is pending, and with a negative
 *   delay, of which Node 24 warns (issues 1556, 1704, 1751): 3 % of a core when idle. It is armed only while something is pending;
 *   whatever becomes pending later arms it then (RequestQueue.push).
 * - A request that is pushed in the moment in which its connection is shut (Connection counts as connected until then) stays in the
 *   queue of a dead socket, whose timeouts are no longer looked at: its promise would never settle. It is rejected when the queue is
 *   shut, and its caller tries again.
 */
import { ConnectionClosedError, RequestQueueClass } from './kafkajs-internals.js';

const CURED = Symbol.for('afterclick.kafkajs.cured');

/** Cures every connection of this process; calling it again changes nothing. */
export function cureKafkajs(): void {
  const prototype = RequestQueueClass.prototype as typeof RequestQueueClass.prototype & { [CURED]?: true };
  if (prototype[CURED]) return;
  prototype[CURED] = true;
  const { scheduleCheckPendingRequests, destroy } = prototype;
  prototype.scheduleCheckPendingRequests = function armWhilePending() {
    if (this.pending.length > 0) scheduleCheckPendingRequests.call(this);
  };
  prototype.destroy = function shut() {
    destroy.call(this);
    if (this.pending.length === 0 && this.inflight.size === 0) return;
    const [host, port] = split(this.broker);
    this.rejectAll(new ConnectionClosedError('Closed connection', { host, port }));
  };
}

function split(broker: string): [host: string, port: number] {
  const colon = broker.lastIndexOf(':');
  return [broker.slice(0, colon), Number(broker.slice(colon + 1))];
}
