/** Specs of the contact in given / when / then: given(rules).happened(…).when(input) → what was decided, and the contact after it. */
import type { ContactEvent, Recorded } from '#contracts/contact-events.js';
import type { Decision } from '#contracts/decision.js';
import type { Uuid } from '#contracts/ids.js';
import type { Placed } from '#contracts/inputs.js';
import type { ContactState } from '#domain/contact/state.js';
import type { AttributeTypes } from '#domain/rules/attributes/type.js';
import { compileRules } from '#domain/rules/compile.js';
import type { RulesInForce } from '#domain/rules/in-force.js';
import { Stage } from './stage.js';

export interface Then extends Decision {
  /** Types of the events, in order. */
  readonly types: readonly ContactEvent['type'][];
  /** Events of one type. */
  of<T extends ContactEvent['type']>(type: T): readonly Recorded<Extract<ContactEvent, { type: T }>>[];
  readonly state: ContactState;
}

export class Given {
  readonly #stage = new Stage();

  constructor(private rules: RulesInForce) {}

  /** From here on these are in force. */
  published(rules: RulesInForce): this {
    this.rules = rules;
    return this;
  }

  happened(...inputs: readonly Placed[]): this {
    for (const placed of inputs) this.#stage.take(placed, this.rules);
    return this;
  }

  when(placed: Placed): Then {
    const decision = this.#stage.take(placed, this.rules);
    const state = this.#stage.state(placed.key as Uuid);
    return {
      ...decision,
      types: decision.events.map(({ type }) => type),
      of: <T extends ContactEvent['type']>(type: T) =>
        decision.events.filter((event): event is Recorded<Extract<ContactEvent, { type: T }>> => event.type === type),
      get state() {
        if (!state) throw new Error('nothing has happened to this contact');
        return state;
      },
    };
  }
}

export function given(rules: RulesInForce = compileRules([])): Given {
  return new Given(rules);
}

/** Rules in force from their YAML, all in version 1, with the templates and attributes they name. */
export function rulesOf(
  yamls: readonly string[],
  { templates = {}, attributes = {} }: { templates?: Record<string, string>; attributes?: AttributeTypes } = {},
): RulesInForce {
  const sources = yamls.map((yaml, index) => ({ rule: `rule-${index}`, version: 1, yaml, templates, attributes }));
  return compileRules(sources);
}
