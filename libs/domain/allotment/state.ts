/**
 * What is remembered of one rule's allotments: a fold of its events, plain JSON with sorted names. Bounded: a grant leaves with its
 * window, and of owners at most MAX_REMEMBERED grants are kept in all.
 */

/** Flat: at, until, at, until …; in the order in which they were granted. */
export type Grants = readonly number[];

export interface AllotmentState {
  /** How many events were folded in. */
  readonly version: number;
  /** Of the last event, milliseconds; 0 before. */
  readonly recordedAt: number;
  readonly grants: Grants;
  readonly owners: { readonly [owner: string]: Grants };
  /** Turns that each has had in the round that goes on. */
  readonly round: { readonly [owner: string]: number };
}

/** Above it no owner has room: it is refused rather than forgotten, so that a cap holds in any case. */
export const MAX_REMEMBERED = 5_000;

export function initial(): AllotmentState {
  return { version: 0, recordedAt: 0, grants: [], owners: {}, round: {} };
}

/** Own members only: an owner may be called anything. */
export function of<T>(all: { readonly [owner: string]: T }, owner: string): T | undefined {
  return Object.hasOwn(all, owner) ? all[owner] : undefined;
}

/** How many of them were granted within the window that ends now. */
export function within(grants: Grants, window: number, now: number): number {
  let count = 0;
  for (let i = 0; i < grants.length; i += 2) if ((grants[i] as number) > now - window) count += 1;
  return count;
}
