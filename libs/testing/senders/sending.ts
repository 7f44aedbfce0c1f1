/** Requests with what the journal must know of them: announced on disk before they are sent, their answers written down. */
import type { Happening } from './events.js';
import type { Journal } from './journal.js';
import { Post } from './post.js';
import type { SendingProvider } from './providers.js';

/** Whoever sends in a run. */
export interface Senders {
  /** Engagements acknowledged so far. */
  readonly acknowledged: number;
  /** Requests that were refused or not answered at all so far. */
  readonly unanswered: number;
  ready(): Promise<void>;
  /** Sends nothing new, and resolves when all that was sent is acknowledged. Rejects with the first fault of a sender. */
  stop(): Promise<void>;
}

/** Lane of what is sent a second time. */
const ECHO = -1;

export class Sending {
  readonly #post = new Post();
  #requests = 0;

  constructor(private readonly journal: Journal) {}

  /** Answers the request's name. `lane` null: all of it was acknowledged before. */
  async announce(lane: number | null, events: readonly Happening[]): Promise<string> {
    this.#requests += 1;
    const request = `r${this.#requests}`;
    const told = events.map(({ ref, contact, type }) => ({ ref, contact, type }));
    await this.journal.write({ kind: 'sent', request, lane: lane ?? ECHO, again: lane === null, events: told });
    return request;
  }

  /** One try, at an instance's address. The status of its answer; 0: there was none. */
  async attempt(request: string, target: string, provider: SendingProvider, body: string): Promise<number> {
    const status = await this.#post.send(`${target}/ingest/${provider.path}`, provider.sign(body, Date.now()));
    await this.journal.write({ kind: 'answered', request, status });
    return status;
  }

  close(): Promise<void> {
    return this.#post.close();
  }
}

export const isAcknowledged = (status: number): boolean => status >= 200 && status < 300;

/** Whether sending it again is of no use. */
export const isRefusedForGood = (status: number): boolean => status >= 400 && status < 500 && status !== 429;
