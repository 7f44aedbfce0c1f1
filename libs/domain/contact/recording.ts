/** The events of one decision while it is made: each gets its meta and is folded in at once, so that what follows sees it. */
import type { ContactEvent, EventMeta, Recorded } from '#contracts/contact-events.js';
import { deriveId, type Uuid } from '#contracts/ids.js';
import { evolve } from './evolve.js';
import { SegmentsJudged } from './segments-judged.js';
import type { ContactState } from './state.js';

/** What an event's id is a hash of, beside workspace and ordinal (engine.md 4.7). */
export interface Origin {
  /** Id of the input or event that caused it. */
  readonly cause: Uuid;
  /** Name of the rule (`rule NAME`), or kind of decision. */
  readonly decision: string;
  /** Id of the action, or name of the part of the decision. */
  readonly action: string;
}

export class Recording {
  #state: ContactState;
  #events: Recorded<ContactEvent>[] = [];
  /** The state before each event. */
  #before: ContactState[] = [];
  /** What of the segments was judged. */
  readonly segments: SegmentsJudged;

  /** `now` and `occurredAt` in milliseconds: of all events of this decision. `correlation`: the input decided. */
  constructor(
    state: ContactState,
    readonly now: number,
    readonly occurredAt: number,
    private readonly correlation: Uuid,
  ) {
    this.#state = state;
    this.segments = new SegmentsJudged(state);
  }

  get state(): ContactState {
    return this.#state;
  }

  get events(): readonly Recorded<ContactEvent>[] {
    return this.#events;
  }

  /** The contact before and after an event, by its place among `events`. */
  around(index: number): { readonly before: ContactState; readonly after: ContactState; readonly now: number } {
    const before = this.#before[index];
    if (!before) throw new Error(`nothing was recorded at ${index}`);
    return { before, after: this.#before[index + 1] ?? this.#state, now: this.now };
  }

  /** Records one event; `ordinal` counts those of the same origin. Gives its id. */
  record(event: ContactEvent, origin: Origin, ordinal = 0): Uuid {
    const { workspaceId, contactId, version } = this.#state;
    const id = deriveId('event', workspaceId, origin.cause, origin.decision, origin.action, ordinal);
    const meta: EventMeta = {
      id,
      workspaceId,
      contactId,
      version: version + 1,
      occurredAt: this.occurredAt,
      recordedAt: this.now,
      causationId: origin.cause,
      correlationId: this.correlation,
    };
    const recorded: Recorded<ContactEvent> = { ...event, ...meta };
    this.#before.push(this.#state);
    this.#state = evolve(this.#state, recorded);
    this.#events.push(recorded);
    return id;
  }

  /** Runs `work`; when it throws, takes back what it recorded and gives the error. */
  attempt(work: () => void): unknown {
    const state = this.#state;
    const { length } = this.#events;
    try {
      work();
      return null;
    } catch (error) {
      this.#state = state;
      this.#events = this.#events.slice(0, length);
      this.#before = this.#before.slice(0, length);
      return error;
    }
  }
}
