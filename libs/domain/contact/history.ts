/** Counters of a state: those of the rules in force at its last event, built from the contact's own engagements when the set changes. */
import type { ContactEvent, Recorded } from '#contracts/contact-events.js';
import { EventView } from '#domain/rules/condition/event-view.js';
import { counted } from '#domain/rules/history/buckets.js';
import type { RulesInForce } from '#domain/rules/in-force.js';
import { asMachine } from './as-machine.js';
import { differences, isJudged } from './clicks.js';
import { get, put } from './dict.js';
import { countsAt } from './evolve.js';
import type { ContactState, RecentClick } from './state.js';

export function lacksHistory(state: ContactState, rules: RulesInForce): boolean {
  return state.countersKey !== rules.countersKey;
}

/**
 * The same whether the counters were there from the first event or come now: they depend on the engagements and on `now` alone.
 * `engagements`: recorded ones, and those that say that a machine made one of them.
 */
export function withHistory(
  state: ContactState,
  rules: RulesInForce,
  engagements: readonly Recorded<ContactEvent>[],
): ContactState {
  const machines = new Set(
    engagements.flatMap((event) => (event.type === 'engagement_reclassified' ? [event.data.engagementId] : [])),
  );
  let counters: ContactState['counters'] = {};
  const changes = new Map<string, Pick<RecentClick, 'less' | 'more'>>();
  for (const event of engagements) {
    if (event.type !== 'engagement_recorded' || event.data.ambiguous) continue;
    const ids = rules.counted(new EventView(machines.has(event.id) ? asMachine(event) : event));
    for (const id of ids) {
      const buckets = counted(get(counters, id), countsAt(event), state.recordedAt);
      if (buckets) counters = put(counters, id, buckets);
    }
    if (!machines.has(event.id) && isJudged(event)) {
      const [less, more] = differences(ids, rules.counted(new EventView(asMachine(event))));
      changes.set(event.id, { less, more });
    }
  }
  const clicks = state.clicks.map((click) => ({ ...click, ...changes.get(click.id) }));
  return { ...state, countersKey: rules.countersKey, counters, clicks };
}
