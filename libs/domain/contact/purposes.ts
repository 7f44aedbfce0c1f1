/**
 * Purposes of timers: stored, never renamed. Those of rules that wait for a time are `rule:NAME`, those of
 * segments `segment:NAME`.
 */

/** Rules that wait for a burst to end. */
export const SETTLE = 'settle';
/** The score crosses a line as it expires. */
export const SCORE = 'score';
/** No timer of the state: a contact is shown to rules that were published since it was last decided. */
export const TAKE_IN = 'take_in';

/** Segments are judged anew once the counters of contacts that became one are counted together. */
export const SEGMENTS = 'segments';

const SEGMENT = 'segment:';

/** A segment whose condition may change by time alone. */
export function purposeOfSegment(name: string): string {
  return SEGMENT + name;
}

/** Null where the purpose is another. */
export function segmentOf(purpose: string): string | null {
  return purpose.startsWith(SEGMENT) ? purpose.slice(SEGMENT.length) : null;
}
