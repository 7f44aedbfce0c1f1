/**
 * What a condition reads of a contact, and what an event may change of it, in the same words: so that only those segments are judged
 * anew whose condition may have changed.
 */
import type { ContactEvent } from '#contracts/contact-events.js';

/** A condition that reads the contact as a whole; an event that may change anything of it. */
export const EVERYTHING = '*';

export function historyKey(type: string): string {
  return `history ${type}`;
}

export function segmentKey(segment: string): string {
  return `segment ${segment}`;
}

export function attributeKey(name: string): string {
  return `attributes.${name}`;
}

/** The timer of this purpose has fired. */
export function timerKey(purpose: string): string {
  return `timer ${purpose}`;
}

const SUPPRESSION = ['suppressed', 'suppressed_scopes'] as const;

/** What conditions may read otherwise after this event; fields of `contact` by their name. */
export function touchedBy(event: ContactEvent): readonly string[] {
  switch (event.type) {
    case 'engagement_recorded':
      return event.data.ambiguous ? SUPPRESSION : [historyKey(event.data.engagement), ...SUPPRESSION];
    case 'engagement_reclassified':
      return [historyKey(event.data.engagement)];
    case 'address_set':
      return ['email', ...SUPPRESSION];
    case 'attribute_set':
    case 'attribute_cleared':
      return ['attributes', attributeKey(event.data.name)];
    case 'tag_added':
    case 'tag_removed':
      return ['tags'];
    case 'score_added':
      return ['score'];
    case 'stage_set':
      return ['stage'];
    case 'owner_set':
      return ['owner'];
    case 'time_zone_set':
      return ['time_zone'];
    case 'consent_set':
      return ['consents'];
    case 'suppressed':
    case 'suppression_lifted':
    case 'link_requested':
      return SUPPRESSION;
    case 'enrolled':
    case 'exited':
      return ['sequences'];
    case 'merged':
    case 'contact_deleted':
      return [EVERYTHING];
    case 'segment_entered':
    case 'segment_left':
      return [segmentKey(event.data.segment)];
    case 'timer_fired':
      return [timerKey(event.data.purpose)];
    default:
      return [];
  }
}
