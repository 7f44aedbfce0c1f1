/** Names of owners: unique to a process and a subscription, so that two of one process never share a lease. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

let subscriptions = 0;

const PROCESS = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;

/** `HOST/PID/RANDOM/N`. */
export function newOwner(): string {
  subscriptions += 1;
  return `${PROCESS}/${subscriptions}`;
}
