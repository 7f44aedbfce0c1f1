/** What providers tell of a lane's contacts: seeded, each event once and with a name of its own. */
import type { SentEvent } from './journal.js';
import type { Random } from './random.js';

/** Canonical types by how often they come. Clicks and opens do not commute under the rules of the fault run. */
const WEIGHTS: readonly (readonly [type: string, weight: number])[] = [
  ['clicked', 30],
  ['opened', 25],
  ['delivered', 15],
  ['custom.form', 12],
  ['soft_bounce', 5],
  ['unsubscribed', 1],
];
const DECK = WEIGHTS.flatMap(([type, weight]) => Array.from({ length: weight }, () => type));
/** Some are told of minutes after they happened, later than what happened after them. */
const LATE_S = 900;

/** An event to send: what its sender knows of it, and when it happened. */
export interface Happening extends SentEvent {
  /** Whole seconds since the epoch. */
  readonly at: number;
  /** The provider's own id of the event; another one on some repeats. */
  readonly eventId: string;
  readonly messageId: string;
  readonly url: string;
}

export class Happenings {
  #told = 0;

  /** `name` is unique among the lanes of a run. */
  constructor(
    private readonly name: string,
    private readonly contacts: readonly string[],
    private readonly random: Random,
  ) {}

  next(now: number): Happening {
    this.#told += 1;
    const ref = `${this.name}-${this.#told}`;
    const late = this.random.chance(0.1) ? this.random.between(1, LATE_S) : 0;
    return {
      ref,
      contact: this.random.pick(this.contacts),
      type: this.random.pick(DECK),
      at: Math.floor(now / 1000) - late,
      eventId: `ev-${ref}`,
      messageId: `msg-${ref}.recvd`,
      url: `https://www.example.com/${this.random.chance(0.3) ? 'pricing' : 'blog'}?ref=${ref}`,
    };
  }
}

/** `count` addresses of lane `name`, at a domain that nobody has (RFC 2606). */
export function contactsOf(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${name}-person-${index}@example.net`);
}
