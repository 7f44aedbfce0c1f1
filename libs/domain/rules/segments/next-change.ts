/** When a contact may become, or cease to be, a member by nothing but time. */
import { ContactView } from '../condition/contact-view.js';
import { DueView } from '../condition/due-view.js';
import type { ContactFacts } from '../facts.js';
import type { Segment } from './segment.js';

/** Moments at which a part of the condition changes that are looked at in advance: further on the contact is looked at again. */
const LOOK_AHEAD = 32;

export interface Judged {
  readonly holds: boolean;
  /** Why it could not be judged: then it does not hold. */
  readonly error: unknown;
}

/** The condition of a segment for a contact as it is; `now`: milliseconds. */
export function judged(segment: Segment, facts: ContactFacts, now: number): Judged {
  try {
    return { holds: segment.if.holds(scopeOf(segment, facts, now)), error: null };
  } catch (error) {
    return { holds: false, error };
  }
}

export function scopeOf({ attributes }: Segment, facts: ContactFacts, now: number) {
  const contact = new ContactView(facts, now);
  contact.types = attributes;
  return { event: new DueView(''), contact, $history: { facts, now } };
}

/**
 * The first moment after `now` at which the condition holds otherwise than it does now, or some moment before that at which it is to be
 * asked again; null where that is not before `until`, or never.
 */
export function nextChange(segment: Segment, facts: ContactFacts, now: number, until: number): number | null {
  const { holds } = judged(segment, facts, now);
  let at: number | null = now;
  for (let looks = 0; looks < LOOK_AHEAD; looks += 1) {
    at = segment.if.next({ facts, now: at });
    if (at === null || at >= until) return null;
    if (judged(segment, facts, at).holds !== holds) return at;
  }
  return at;
}
