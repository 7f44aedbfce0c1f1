/** Named points: places in a process where a fault tells more than at a random moment. */

export const POINTS = {
  'before-durable': 'a verified request is about to be put on the log',
  'mid-request': 'a request is durable, and its sender has no answer yet',
  'before-batch': 'a batch is in hand and its transaction has not begun',
  'mid-batch': 'the checkpoint is moved, or timers are taken, in a transaction that is not committed',
  'after-commit': 'a batch is committed, and its process does not know it yet',
  'before-produce': 'a relay has read what was committed and has not produced it',
  'after-produce': 'a relay has produced and its mark still stands before',
  'after-mark': 'a relay has moved its mark',
  'after-attempt': 'a target took an effect, and that is not on record yet',
} as const;

export type Point = keyof typeof POINTS;

/** Where exactly: the consumer group of a batch, the lane of a relay; `timers` where what is due is fired. */
export interface Place {
  readonly of: string;
  readonly topic?: string;
  readonly partition?: number;
}

/** To the process, over its channel. */
export type Order =
  /** Once, when it comes to the point next, until it is told to proceed; `of`: at that place only. */
  | { readonly order: 'wait'; readonly point: Point; readonly of: string | null }
  /** From the point where it waits. */
  | { readonly order: 'proceed' }
  /** No longer, wherever it may be. */
  | { readonly order: 'forget' };

/** From the process. */
export interface Reached {
  readonly reached: Point;
  readonly place: Place | null;
}

export function isReached(message: unknown): message is Reached {
  return typeof message === 'object' && message !== null && 'reached' in message;
}
