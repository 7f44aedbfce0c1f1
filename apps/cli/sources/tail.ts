/** A list that is read newest first, followed as it grows: each row is told once, the oldest first. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from '../answers.js';

/** Rows are written by several at a time: one may show this much later than one that was received after it. */
const LATE_MS = 10_000;
/** Rows of one look: more are asked for while they do not reach back to what was told. */
const LOOKS = [200, 1_000, 5_000] as const;

type Row = Pick<Delivery, 'id' | 'receivedAt'>;
type Listed<R> = { readonly items: readonly R[]; readonly more: boolean };

export class Tail<R extends Row> {
  readonly #told = new Map<string, number>();
  /** Milliseconds: what was received before is told already, or too old to be. */
  #since = Number.NEGATIVE_INFINITY;

  /** The rows not told yet, oldest first. */
  take(rows: readonly R[]): R[] {
    const fresh = rows.filter((row) => timeOf(row) >= this.#since && !this.#told.has(row.id));
    for (const row of fresh) this.#told.set(row.id, timeOf(row));
    for (const row of rows) this.#since = Math.max(this.#since, timeOf(row) - LATE_MS);
    for (const [id, time] of this.#told) if (time < this.#since) this.#told.delete(id);
    return fresh.reverse();
  }

  /** True when no row that is not told can be older than these. */
  reachesBack(rows: readonly R[]): boolean {
    const oldest = rows.at(-1);
    return oldest !== undefined && timeOf(oldest) < this.#since;
  }
}

const timeOf = ({ receivedAt }: Row): number => Date.parse(receivedAt);

export interface Following<R> {
  /** The newest rows, newest first. */
  list(limit: number): Promise<Listed<R>>;
  tell(row: R): void;
  /** Rows that were there before, to begin with. */
  readonly lines: number;
  readonly pauseMs: number;
  readonly signal: AbortSignal;
}

/** Tells rows as they come, until the signal; rejects when the list cannot be read. */
export async function follow<R extends Row>({ list, tell, lines, pauseMs, signal }: Following<R>): Promise<void> {
  const tail = new Tail<R>();
  const first = tail.take((await list(LOOKS[0])).items);
  for (const row of lines === 0 ? [] : first.slice(-lines)) tell(row);
  while (!signal.aborted) {
    for (const row of tail.take(await newest(tail, list))) tell(row);
    await pause(pauseMs, signal);
  }
}

async function newest<R extends Row>(tail: Tail<R>, list: Following<R>['list']): Promise<readonly R[]> {
  let rows: readonly R[] = [];
  for (const limit of LOOKS) {
    const { items, more } = await list(limit);
    rows = items;
    if (!more || tail.reachesBack(items)) break;
  }
  return rows;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
