/** A contact's timeline as people read it: each thing that came in with what it led to, and why. */
import type { Uuid } from '#contracts/ids.js';
import type { TimelineRow } from '#contracts/read-models.js';

/** What one input led to: its first event on record and those that followed from it, in order. */
export interface Episode {
  readonly root: TimelineRow;
  readonly after: readonly TimelineRow[];
}

/** Newest first. `rows`: newest first, as the timeline gives them. */
export function episodesOf(rows: readonly TimelineRow[]): readonly Episode[] {
  const byInput = Map.groupBy(rows, (row) => row.correlationId);
  return [...byInput.values()].map((newestFirst) => {
    const [root, ...after] = newestFirst.toReversed();
    return { root: root as TimelineRow, after };
  });
}

/** From the root to the event itself, as far as the events at hand reach. */
export function chainTo(event: TimelineRow, known: ReadonlyMap<Uuid, TimelineRow>): readonly TimelineRow[] {
  const chain = [event];
  for (let cause = known.get(event.causationId); cause !== undefined; cause = known.get(cause.causationId)) {
    // An event is never its own cause; a row that says so would keep us here for ever.
    if (chain.includes(cause)) break;
    chain.unshift(cause);
  }
  return chain;
}
