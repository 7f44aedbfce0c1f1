/**
 * Room for requests under way in this process. Memory is bounded, and no source's burst takes it all: a source may hold as much as is
 * still free, so one that floods leaves half to the others, two leave a third (dynamic thresholds; Choudhury, Hahne: Dynamic queue
 * length thresholds, 1998). While storing takes long, a source that holds its share or more is told to come later, for what cannot
 * be stored in time would be work for nothing; others go on.
 */
import type { Uuid } from '#contracts/ids.js';

export interface RoomOptions {
  /** Bytes of all requests under way. */
  readonly bytes: number;
  /** Milliseconds: a request that has been storing for longer than this shows that more are coming in than can be stored. */
  readonly lateMs?: number;
}

/** What a request costs beside its body: sockets, headers, promises. */
const OVERHEAD_BYTES = 16_384;
const LATE_MS = 1_000;

/** A request that was let in. */
export interface Stay {
  /** More bytes than were declared; false when there is no room for them. */
  grow(bytes: number): boolean;
  /** The body is here: from now on its time counts. */
  storing(now: number): void;
  leave(): void;
}

export class Room {
  readonly #held = new Map<Uuid, number>();
  /** When each request began to be stored, the oldest first. */
  readonly #storing = new Map<object, number>();
  readonly #bytes: number;
  readonly #lateMs: number;
  #total = 0;

  constructor({ bytes, lateMs = LATE_MS }: RoomOptions) {
    this.#bytes = bytes;
    this.#lateMs = lateMs;
  }

  /** Bytes held now. */
  get held(): number {
    return this.#total;
  }

  /** Null: there is no room for this source now. `declared`: bytes of the body as its header says, 0 where it says none. */
  enter(sourceId: Uuid, declared: number, now: number): Stay | null {
    const cost = OVERHEAD_BYTES + declared;
    if (!this.#hasRoom(sourceId, cost) || (this.#isLate(now) && this.#hasItsShare(sourceId))) return null;
    this.#take(sourceId, cost);
    let mine = cost;
    const stay: Stay = {
      grow: (bytes) => {
        if (!this.#hasRoom(sourceId, bytes)) return false;
        this.#take(sourceId, bytes);
        mine += bytes;
        return true;
      },
      storing: (at) => void this.#storing.set(stay, at),
      leave: () => {
        this.#storing.delete(stay);
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

  #isLate(now: number): boolean {
    const oldest = this.#storing.values().next();
    return !oldest.done && now - oldest.value > this.#lateMs;
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
