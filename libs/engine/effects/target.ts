/** A target carries effects out: an adapter of something outside. */
import type { EffectRequested } from '#contracts/contact-events.js';
import type { OpenedEffect, TargetName } from './effect.js';

/** What became of one attempt. `reason` is a code (`http_410`, `timeout`); `detail` is free text for the operator. */
export type Attempt =
  | { readonly result: 'delivered'; readonly detail?: string }
  /** `afterMs`: the target asks for at least this long a pause. */
  | { readonly result: 'retry'; readonly reason: string; readonly detail?: string; readonly afterMs?: number }
  /** Not tried, and not counted as an attempt. */
  | { readonly result: 'postponed'; readonly reason: string; readonly afterMs: number }
  | { readonly result: 'refused'; readonly reason: string; readonly detail?: string };

export interface Target<Content = EffectRequested['pii']> {
  readonly name: TargetName;
  /** Attempts that run side by side in one process. */
  readonly concurrency: number;
  /** Each workspace has an endpoint of its own: a slow one gets no more than a share of the attempts. */
  readonly perWorkspace?: boolean;
  /** Ends well within the lease. A rejection counts as a failed attempt. */
  carryOut(effect: OpenedEffect<Content>): Promise<Attempt>;
}
