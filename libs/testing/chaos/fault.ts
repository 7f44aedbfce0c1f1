/** A fault, and what several of them do. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Instance, NotReached } from './instance.js';

export interface Fault {
  readonly name: string;
  /** Without it something that is to be shown harmless may never occur: it comes first. */
  readonly needed?: boolean;
  strike(): Promise<void>;
}

/** Longer than a lease or a session lives (10 s): what was held is taken over meanwhile. */
export const PAST_THE_LEASE_MS = 12_000;

export async function killed(instance: Instance, downMs: number): Promise<void> {
  await instance.kill();
  await sleep(downMs);
  await instance.start();
}

export async function halted(instance: Instance, forMs: number): Promise<void> {
  instance.halt();
  await sleep(forMs);
  instance.resume();
}

/** No process came to a named point in time: nothing was struck. */
export function isNotReached(error: unknown): boolean {
  return error instanceof NotReached || (error instanceof AggregateError && error.errors.every(isNotReached));
}
