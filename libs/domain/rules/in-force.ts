/** What is in force at a position of a partition: compiled once, swapped whole, shared by all contacts of a workspace. */

import type { TriggerView } from './condition/event-shape.js';
import type { EventView } from './condition/event-view.js';
import type { CounterDefinition } from './history/counter.js';
import type { CompiledRule } from './rule.js';
import type { SegmentsInForce } from './segments/in-force.js';

export interface RulesInForce {
  /** Priority (high first), then name. */
  readonly rules: readonly CompiledRule[];
  /** One per distinct (type, filter) that a condition asks for, sorted by id. */
  readonly counters: readonly CounterDefinition[];
  /** Equal sets of counters have equal keys; '' when there are none. */
  readonly countersKey: string;
  /** Types of events that trigger any rule. */
  readonly triggers: ReadonlySet<string>;
  /** Rules that wait for a time, by the purpose of their timer, in the order of `rules`. */
  readonly waiting: ReadonlyMap<string, CompiledRule>;
  /** Scores whose crossing triggers any rule, ascending. */
  readonly scoreLines: readonly number[];
  readonly segments: SegmentsInForce;
  /** Rules that this event triggers, in order; some whose equality terms are false are left out. Their conditions are still to be asked. */
  candidates(event: TriggerView): readonly CompiledRule[];
  /** Ids of the counters that count this engagement, sorted. */
  counted(event: EventView): readonly string[];
}
