/** What a deletion takes from a contact, and what brings it back. */
import { type ContactState, initial } from './state.js';

/** What people and rules wrote is gone. What must not be sent stays, and so do the counts of engagements, which are on record. */
export function forgotten(state: ContactState): ContactState {
  const { email, addresses, attributes, tags, score, grants, stage, owner, timeZone, consent, enrollments } = initial(
    '',
    '',
  );
  const without = { email, addresses, attributes, tags, score, grants, stage, owner, timeZone, consent, enrollments };
  return { ...state, ...without, settling: [], segments: {}, scoreTold: 0, deleted: true };
}

/** A contact that was forgotten is there again once its profile is written. */
export function written(state: ContactState): ContactState {
  return state.deleted ? { ...state, deleted: false } : state;
}

/** What an alias brings does not bring a forgotten contact back. */
export function mergedInto(before: ContactState, after: ContactState): ContactState {
  return before.deleted ? forgotten(after) : after;
}
