import type { CompiledSegment } from '#domain/rules/segments/segment.js';
import type { ContactState } from './state.js';

/** What one decision has judged so far. */
export class SegmentsJudged {
  /** Events of the decision that were looked at. */
  looked = 0;
  /** The contact has no counters just now that it could be judged by. */
  lacked = false;
  /** Those that were asked, for their timers. */
  readonly asked = new Set<CompiledSegment>();
  /** Those that have taken the contact in, if they had to. */
  readonly tookIn = new Set<CompiledSegment>();
  /** Membership before the input, with what the contact was taken in to. */
  before: ContactState['segments'];

  constructor(readonly start: ContactState) {
    this.before = start.segments;
  }
}
