/**
 * The deciding loop without a database: what the engine does with the contact's decider, in memory. Kept small on purpose, so that it can
 * be believed; the engine's own is held to the same histories.
 */
import type { ContactEvent, Recorded } from '#contracts/contact-events.js';
import type { Decision } from '#contracts/decision.js';
import type { Uuid } from '#contracts/ids.js';
import type { Placed } from '#contracts/inputs.js';
import { contactDecider } from '#domain/contact/decider.js';
import type { ContactState } from '#domain/contact/state.js';
import type { RulesInForce } from '#domain/rules/in-force.js';

/** An event with the rules that were in force where its input was decided. */
export interface Judged {
  readonly event: Recorded<ContactEvent>;
  readonly rules: RulesInForce;
  /** The first of its input: counters are given before an input, never between its events. */
  readonly begins: boolean;
}

export class Stage {
  readonly #states = new Map<Uuid, ContactState>();
  readonly #events = new Map<Uuid, Judged[]>();
  readonly #seen = new Set<string>();

  /** Decides and takes over what was decided. */
  take(placed: Placed, rules: RulesInForce): Decision {
    const contactId = placed.key as Uuid;
    const decision = this.decide(placed, rules);
    for (const { key, month } of decision.seen) this.#seen.add(`${key} ${month}`);
    if (decision.events.length === 0) return decision;
    const judged = this.#events.get(contactId) ?? [];
    let state = this.loaded(contactId, rules, placed.workspaceId);
    for (const [index, event] of decision.events.entries()) {
      state = contactDecider.evolve(state, event);
      judged.push({ event, rules, begins: index === 0 });
    }
    this.#states.set(contactId, stored(state));
    this.#events.set(contactId, judged);
    return decision;
  }

  /** Those of its keys that are on record. */
  private seenOf(placed: Placed): ReadonlySet<Uuid> {
    const found = contactDecider
      .lookups(placed)
      .filter(({ key, months }) => months.some((month) => this.#seen.has(`${key} ${month}`)));
    return new Set(found.map(({ key }) => key));
  }

  isSeen(placed: Placed): boolean {
    return this.seenOf(placed).size > 0;
  }

  /** What would be decided now. */
  decide(placed: Placed, rules: RulesInForce): Decision {
    const seen = this.seenOf(placed);
    return contactDecider.decide(this.loaded(placed.key as Uuid, rules, placed.workspaceId), placed, { rules, seen });
  }

  contacts(): readonly Uuid[] {
    return [...this.#states.keys()].sort();
  }

  state(contactId: Uuid): ContactState | undefined {
    return this.#states.get(contactId);
  }

  events(contactId: Uuid): readonly Recorded<ContactEvent>[] {
    return this.judged(contactId).map(({ event }) => event);
  }

  judged(contactId: Uuid): readonly Judged[] {
    return this.#events.get(contactId) ?? [];
  }

  private loaded(contactId: Uuid, rules: RulesInForce, workspaceId: Uuid): ContactState {
    const state = this.#states.get(contactId) ?? contactDecider.initial(workspaceId, contactId);
    return contactDecider.lacksHistory(state, rules)
      ? contactDecider.withHistory(state, rules, [...this.ofAliases(state), ...this.events(contactId)])
      : state;
  }

  /** What the streams of its aliases hold: they have ended. */
  ofAliases(state: ContactState): readonly Recorded<ContactEvent>[] {
    return (contactDecider.aliasesOf?.(state) ?? []).flatMap(({ contactId }) => this.events(contactId));
  }
}

/** As a store gives it back: through JSON. */
function stored(state: ContactState): ContactState {
  return JSON.parse(JSON.stringify(state)) as ContactState;
}

/** Folds a contact from scratch, with the rules in force at each event: what a replay does. */
export function refold(
  workspaceId: Uuid,
  contactId: Uuid,
  judged: readonly Judged[],
  ofAliases: (state: ContactState) => readonly Recorded<ContactEvent>[] = () => [],
): ContactState {
  let state = contactDecider.initial(workspaceId, contactId);
  judged.forEach(({ event, rules, begins }, index) => {
    if (begins && contactDecider.lacksHistory(state, rules)) {
      const before = judged.slice(0, index).map((one) => one.event);
      state = contactDecider.withHistory(state, rules, [...ofAliases(state), ...before]);
    }
    state = contactDecider.evolve(state, event);
  });
  return state;
}
