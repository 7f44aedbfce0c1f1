/** What befell the batches of this process, for metrics: none of it may change what is applied (engine.md 4.2, 4.3). */
import type { Subscription } from './log.js';

export type Consumed = Pick<Subscription, 'group' | 'topic'>;

/** A handler's transaction that did not commit: `fenced` by another owner, or `aborted` by a failure and tried again. */
export type Undone = 'fenced' | 'aborted';

export interface LogMeter {
  undone(consumed: Consumed, how: Undone): void;
  /** A relay brought `count` records again, and they were dropped. */
  repeated(consumed: Consumed, count: number): void;
}
