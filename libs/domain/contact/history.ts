/** Counters of a state: those of the rules in force at its last event, built from the contact's own engagements when the set changes. */
import type { ContactEvent, Recorded } from '#contracts/contact-events.js';
import { EventView } from '#domain/rules/condition/event-view.js';
import { counted } from '#domain/rules/history/buckets.js';
import type { RulesInForce } from '#domain/rules/in-force.js';
import { get, put } from './dict.js';
import { countsAt } from './evolve.js';
import type { ContactState } from './state.js';

export function lacksHistory(state: ContactState, rules: RulesInForce): boolean {
  return state.countersKey !== rules.countersKey;
}

/** The same whether the counters were there from the first event or come now: they depend on the engagements and on `now` alone. */
export function withHistory(
  state: ContactState,
  rules: RulesInForce,
  engagements: readonly Recorded<ContactEvent>[],
): ContactState {
  let counters: ContactState['counters'] = {};
  for (const event of engagements) {
    if (event.type !== 'engagement_recorded' || event.data.ambiguous) continue;
    for (const id of rules.counted(new EventView(event))) {
      const buckets = counted(get(counters, id), countsAt(event), state.recordedAt);
      if (buckets) counters = put(counters, id, buckets);
    }
  }
  return { ...state, countersKey: rules.countersKey, counters };
}
