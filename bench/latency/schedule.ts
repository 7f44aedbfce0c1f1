/** What `latency` sends: single events at fixed times, and how each is known to have arrived. */
import type { Uuid } from '#contracts/ids.js';
import type { LoadEvent } from '../load/campaign.js';

export interface Scheduled {
  readonly event: LoadEvent;
  readonly contactId: Uuid;
  /** A repeat of an earlier event: it is sent, and nothing shows. */
  readonly repeated: boolean;
}

/** Requests begin at this rate whether or not earlier ones were answered: what waits is counted as waiting. */
export const PER_SECOND = 200;
