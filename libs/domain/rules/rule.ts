/** A rule as it was read and checked, and as it is in force. */
import type { Action } from './actions/action.js';
import type { AttributeTypes } from './attributes/type.js';
import type { Condition } from './condition/condition.js';
import type { Trigger } from './triggers/trigger.js';

/** Which judgement made an event: raised when the same rule and history would be judged otherwise. */
export const ENGINE = '1';

/** At most `count` within `window` milliseconds. */
export interface Limit {
  readonly count: number;
  readonly window: number;
}

export interface Rule {
  readonly name: string;
  readonly description: string;
  readonly on: Trigger;
  /** Higher comes first; equals by name. Default 0. */
  readonly priority: number;
  readonly where: Condition | null;
  readonly if: Condition | null;
  readonly then: readonly Action[];
  /** Milliseconds: so long it waits after the engagement before it is asked; null: not at all. */
  readonly settle: number | null;
  /** Once it has matched, the rules after it are held back on that event. */
  readonly stop: boolean;
  /** Of the rules of one group the first that matches an event is the only one to act on it. */
  readonly group: string | null;
  /** Of its firings that request effects, for each contact. */
  readonly perContact: Limit | null;
  /** Of such firings of all rules of its group, for each contact. */
  readonly perGroup: Limit | null;
  /** Names of the templates it needs. */
  readonly templates: readonly string[];
  readonly attributes: AttributeTypes;
}

export interface CompiledRule extends Rule {
  readonly version: number;
  /** Milliseconds: how long its firings are remembered for limits of its group; 0: no rule of the group has one. */
  readonly groupWindow: number;
}
