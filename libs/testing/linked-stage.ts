/**
 * Contacts that link, without a database: what one sends another stands on the way, in the order it was sent by that contact, until the
 * spec lets it arrive. Between contacts any order is possible, as between partitions of a log.
 */
import type { Decision, Sent } from '#contracts/decision.js';
import { forwardId, type Uuid } from '#contracts/ids.js';
import type { Input, Placed } from '#contracts/inputs.js';
import { contactDecider } from '#domain/contact/decider.js';
import type { ContactState } from '#domain/contact/state.js';
import type { RulesInForce } from '#domain/rules/in-force.js';
import { Stage } from './stage.js';

const NOTHING: Decision = { events: [], booked: null, seen: [] };

export class LinkedStage {
  readonly stage = new Stage();
  /** By the contact that sent it. */
  readonly #onTheWay = new Map<Uuid, Placed[]>();

  constructor(public rules: RulesInForce) {}

  /** An input reaches its key: an alias hands it on, any other contact decides it. */
  arrive(placed: Placed): Decision {
    const key = placed.key as Uuid;
    const owner = this.stage.state(key)?.linkedTo ?? null;
    if (owner !== null && !contactDecider.keeps?.(placed.input)) {
      if (placed.input.type === 'engagement' || !this.stage.isSeen(placed))
        this.#send(placed, [forward(placed, owner)]);
      return NOTHING;
    }
    const decision = this.stage.take(placed, this.rules);
    this.#send(placed, decision.sends ?? []);
    return decision;
  }

  #send(cause: Placed, sends: readonly Sent[]): void {
    const from = cause.key as Uuid;
    const placed = sends.map(({ id, key, input }): Placed => ({ ...cause, id, key, input: copied(input) }));
    this.#onTheWay.set(from, [...(this.#onTheWay.get(from) ?? []), ...placed]);
  }

  get waiting(): number {
    return this.#senders().length;
  }

  #senders(): readonly Uuid[] {
    return [...this.#onTheWay].filter(([, placed]) => placed.length > 0).map(([from]) => from);
  }

  /** The next input of one of the senders arrives; `choice` says of which. `twice`: it arrives once more. */
  next(choice: number, twice = false): void {
    const senders = this.#senders();
    const from = senders[choice % Math.max(1, senders.length)];
    if (from === undefined) return;
    const [first, ...rest] = this.#onTheWay.get(from) as [Placed, ...Placed[]];
    this.#onTheWay.set(from, rest);
    this.arrive(first);
    if (twice) this.arrive(first);
  }

  /** Lets everything arrive. */
  settle(choose: () => number = () => 0): void {
    for (let steps = 0; this.waiting > 0; steps += 1) {
      if (steps > 100_000) throw new Error('what contacts send each other never ends');
      this.next(choose());
    }
  }

  /** The contact that a subject belongs to now. */
  ownerOf(subject: Uuid): Uuid {
    const met = new Set<Uuid>();
    for (let at = subject; ; ) {
      if (met.has(at)) throw new Error(`a cycle of aliases: ${[...met].join(', ')}`);
      met.add(at);
      const next = this.stage.state(at)?.linkedTo ?? null;
      if (next === null) return at;
      at = next;
    }
  }

  contact(subject: Uuid): ContactState {
    const state = this.stage.state(this.ownerOf(subject));
    if (!state) throw new Error('nothing has happened to this contact');
    return state;
  }
}

function forward(placed: Placed, owner: Uuid): Sent {
  const input = contactDecider.forwarded?.(placed.input, placed.key as Uuid) ?? placed.input;
  return { id: forwardId(placed.id, owner), key: owner, input };
}

/** As a log gives it back: through JSON. */
function copied(input: Input): Input {
  return JSON.parse(JSON.stringify(input)) as Input;
}
