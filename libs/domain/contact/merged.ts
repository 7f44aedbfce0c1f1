/** What a merge made of a contact, told in its event, so that read models show it without folding states. */
import type { AfterMerge, ProfileAfterMerge } from '#contracts/alias-state.js';
import { scoreAt } from '#domain/rules/score.js';
import { type Dict, get, put } from './dict.js';
import type { ContactState } from './state.js';

/** `now`: milliseconds, when it is recorded. */
export function told(
  before: ContactState,
  joined: ContactState,
  now: number,
): { readonly after: AfterMerge; readonly profile: ProfileAfterMerge } {
  const { email, addresses, attributes, tags, stage, owner, timeZone, consent, deleted } = joined;
  // What was forgotten stays so: the keys themselves are known to the state alone.
  const identities = deleted ? [] : joined.identities;
  return {
    after: {
      score: scoreAt(joined, now),
      engagements: joined.engagements,
      last: latest(joined.last),
      suppressions: changed(before.suppressions, joined.suppressions),
      aliases: Object.keys(joined.aliases).filter((alias) => get(joined.aliases, alias)?.merged),
    },
    profile: { email, addresses, identities, attributes, tags, stage, owner, timeZone, consent },
  };
}

function latest(last: Dict<number>): AfterMerge['last'] {
  let found: AfterMerge['last'] = null;
  for (const [type, at] of Object.entries(last)) if (found === null || at > found.at) found = { type, at };
  return found;
}

function changed(
  before: ContactState['suppressions'],
  after: ContactState['suppressions'],
): AfterMerge['suppressions'] {
  let next: ContactState['suppressions'] = {};
  for (const [subject, entries] of Object.entries(after)) {
    for (const [scope, entry] of Object.entries(entries)) {
      const was = get(get(before, subject) ?? {}, scope);
      if (JSON.stringify(was) === JSON.stringify(entry)) continue;
      next = put(next, subject, put(get(next, subject) ?? {}, scope, entry));
    }
  }
  return next;
}
