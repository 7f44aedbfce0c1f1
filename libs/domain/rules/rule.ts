/** A rule as it was read and checked, and as it is in force. */
import type { Action } from './actions/action.js';
import type { AttributeTypes } from './attributes/type.js';
import type { Condition } from './condition/condition.js';
import type { Trigger } from './triggers/trigger.js';

/** Which judgement made an event: raised when the same rule and history would be judged otherwise. */
export const ENGINE = '1';

export interface Rule {
  readonly name: string;
  readonly description: string;
  readonly on: Trigger;
  /** Higher comes first; equals by name. Default 0. */
  readonly priority: number;
  readonly where: Condition | null;
  readonly if: Condition | null;
  readonly then: readonly Action[];
  /** Of firings that request effects: at most `count` within `window` milliseconds for each contact. */
  readonly perContact: { readonly count: number; readonly window: number } | null;
  /** Names of the templates it needs. */
  readonly templates: readonly string[];
  readonly attributes: AttributeTypes;
}

export interface CompiledRule extends Rule {
  readonly version: number;
}
