/** A contact's timeline as people read it: each thing that came in with what it led to, and why. */
import type { Uuid } from '#contracts/ids.js';
import type { TimelineRow } from '#contracts/read-models.js';

/** What one input led to: its first event on record and those that followed from it, in order. */
export interface Episode {
  readonly root: TimelineRow;
  readonly after: readonly TimelineRow[];
}

/** Newest first. `rows`: newest first, as the timeline gives them. What became of an effect stands with what asked for it. */
export function episodesOf(rows: readonly TimelineRow[]): readonly Episode[] {
  const asked = new Map(rows.filter(asksForEffect).map((row) => [row.data['effectId'], row.correlationId]));
  const byInput = Map.groupBy(rows, (row) => asked.get(row.data['effectId']) ?? row.correlationId);
  const episodes = [...byInput.values()].map((newestFirst) => {
    const [root, ...after] = newestFirst.toReversed();
    return { root: root as TimelineRow, after };
  });
  return episodes.sort((a, b) => later(a.root, b.root));
}

/** In the order of the timeline, which a contact's own events and those of its aliases share. */
function later(a: TimelineRow, b: TimelineRow): number {
  if (a.recordedAt !== b.recordedAt) return b.recordedAt - a.recordedAt;
  if (a.contactId !== b.contactId) return a.contactId < b.contactId ? 1 : -1;
  return b.version - a.version;
}

export function asksForEffect({ type }: TimelineRow): boolean {
  return type === 'effect_requested';
}

/** From the root to the event itself, as far as the events at hand reach. */
export function chainTo(event: TimelineRow, known: ReadonlyMap<Uuid, TimelineRow>): readonly TimelineRow[] {
  const chain = [event];
  for (let cause = causeOf(event, known); cause !== undefined; cause = causeOf(cause, known)) {
    // An event is never its own cause; a row that says so would keep us here for ever.
    if (chain.includes(cause)) break;
    chain.unshift(cause);
  }
  return chain;
}

/** What became of an effect follows from its request, though it came back as an input of its own. */
function causeOf(event: TimelineRow, known: ReadonlyMap<Uuid, TimelineRow>): TimelineRow | undefined {
  const cause = known.get(event.causationId);
  const { effectId } = event.data;
  if (cause !== undefined || typeof effectId !== 'string' || asksForEffect(event)) return cause;
  return [...known.values()].find((one) => asksForEffect(one) && one.data['effectId'] === effectId);
}
