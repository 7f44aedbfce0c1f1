/** Does an outage of ours leave a gap in what a provider tells? While we are away it retries, for as long as it retries. Pure. */

/** Milliseconds: no process of ingest took requests from then to then. */
export interface Outage {
  readonly from: number;
  readonly to: number;
}

const HOUR = 3_600_000;
/** Where a provider does not say how long it retries, this is as long as it may be relied on. */
const UNCONFIRMED_HOURS = 1;

/**
 * What came first in the outage was retried longest: all of it is lost that is older at its end than the provider's retries.
 * Null when every event is retried until we are back. `retryWindowHours`: of the provider, null where it is not confirmed.
 */
export function lostIn({ from, to }: Outage, retryWindowHours: number | null): Outage | null {
  const window = (retryWindowHours ?? UNCONFIRMED_HOURS) * HOUR;
  return to - from > window ? { from, to: to - window } : null;
}
