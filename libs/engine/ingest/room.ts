/**
 * Room for requests under way in this process. Memory is bounded, and no source's burst takes it all: a source may hold as much as is
 * still free, so one that floods leaves half to the others, two leave a third (dynamic thresholds; Choudhury, Hahne: Dynamic queue
 * length thresholds, 1998). While more comes than can be stored in time, a source that holds its share or more is told to come later
 * before its body is read, for that would be work for nothing; others go on, until nobody's could be stored in time.
 */
import type { Uuid } from '#contracts/ids.js';
import { Backlog } from './backlog.js';

export interface RoomOptions {
  /** Bytes of all requests under way. */
  readonly bytes: number;
  /** Milliseconds. */
  readonly clock: () => number;
}

/** What a request costs beside its body: sockets, headers, promises. */
const OVERHEAD_BYTES = 16_384;
/** What storing it costs beside its body, in bytes that take as long. */
const OVERHEAD_WORK = 1_024;
/** Milliseconds for which the oldest has been storing: below, what is pending is a burst and not yet a queue that stands. */
const PRESSED_MS = 250;
/** Milliseconds that a request may have to wait for what is before it: half of what it has, for the other half is its own and chance's. */
const WAIT_MS = 800;
/** From here on nothing more can be stored before its sender's time is up. */
const HOPELESS_MS = 2_000;

/** A request that was let in. */
export interface Stay {
  /** More bytes than were declared; false when there is no room for them. */
  grow(bytes: number): boolean;
  /** The body is here: from now on its time counts. */
  storing(): void;
  /** What it waits for is outside, and says nothing of how fast things are stored here. */
  aside<T>(outside: Promise<T>): Promise<T>;
  /** It was not stored in time. */
  givenUp(): void;
  leave(): void;
}

export class Room {
  readonly #held = new Map<Uuid, number>();
  readonly #backlog = new Backlog();
  readonly #bytes: number;
  readonly #clock: () => number;
  #total = 0;

  constructor({ bytes, clock }: RoomOptions) {
    this.#bytes = bytes;
    this.#clock = clock;
  }

  /** Bytes held now. */
  get held(): number {
    return this.#total;
  }

  /** Null: there is no room for this source now. `declared`: bytes of the body as its header says, 0 where it says none. */
  enter(sourceId: Uuid, declared: number): Stay | null {
    const cost = OVERHEAD_BYTES + declared;
    if (!this.#hasRoom(sourceId, cost) || this.#wouldWait(sourceId)) return null;
    this.#take(sourceId, cost);
    const backlog = this.#backlog;
    const clock = this.#clock;
    let mine = cost;
    const stay: Stay = {
      grow: (bytes) => {
        if (!this.#hasRoom(sourceId, bytes)) return false;
        this.#take(sourceId, bytes);
        mine += bytes;
        return true;
      },
      storing: () => {
        // Whoever broke off is not waited for.
        if (mine > 0) backlog.begin(stay, mine - OVERHEAD_BYTES + OVERHEAD_WORK, clock());
      },
      async aside(outside) {
        stay.givenUp();
        try {
          return await outside;
        } finally {
          stay.storing();
        }
      },
      givenUp: () => backlog.end(stay, clock(), 'given up'),
      leave: () => {
        backlog.end(stay, clock(), 'done');
        this.#take(sourceId, -mine);
        mine = 0;
      },
    };
    return stay;
  }

  /** A source that holds nothing may enter while there is any room, so that one large body is not refused for ever. */
  #hasRoom(sourceId: Uuid, cost: number): boolean {
    const held = this.#held.get(sourceId) ?? 0;
    const free = this.#bytes - this.#total;
    return cost <= free && (held === 0 || held + cost <= free);
  }

  /** Too long to be stored in time. */
  #wouldWait(sourceId: Uuid): boolean {
    if (this.#backlog.oldestMs(this.#clock()) <= PRESSED_MS) return false;
    const { waitMs } = this.#backlog;
    return waitMs > HOPELESS_MS || (waitMs > WAIT_MS && this.#hasItsShare(sourceId));
  }

  #hasItsShare(sourceId: Uuid): boolean {
    const held = this.#held.get(sourceId) ?? 0;
    const sources = this.#held.size + (held === 0 ? 1 : 0);
    return held >= this.#total / sources;
  }

  #take(sourceId: Uuid, bytes: number): void {
    const held = (this.#held.get(sourceId) ?? 0) + bytes;
    this.#total += bytes;
    if (held > 0) this.#held.set(sourceId, held);
    else this.#held.delete(sourceId);
  }
}
