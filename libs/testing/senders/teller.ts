/** A sender that tells what a script says, when it says so; each request again and again until it is acknowledged. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Happening } from './events.js';
import type { Journal } from './journal.js';
import type { SendingProvider } from './providers.js';
import { isAcknowledged, isRefusedForGood, type Senders, Sending } from './sending.js';

export interface Telling {
  /** Status of the first answer; 0: there was none. */
  readonly answered: Promise<number>;
  readonly acknowledged: Promise<void>;
}

const RETRY_MS = 100;
const LANE = 0;

export class Teller implements Senders {
  readonly #sending: Sending;
  readonly #telling: Promise<void>[] = [];
  #told = 0;
  #acknowledged = 0;
  #unanswered = 0;

  constructor(
    private readonly providers: readonly SendingProvider[],
    /** Addresses of instances; a repeat goes to the next. */
    private readonly targets: readonly string[],
    journal: Journal,
  ) {
    this.#sending = new Sending(journal);
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  get unanswered(): number {
    return this.#unanswered;
  }

  /** Events of one contact, each with a name of its own. */
  happenings(contact: string, types: readonly string[]): readonly Happening[] {
    return types.map((type) => {
      this.#told += 1;
      const ref = `told-${this.#told}`;
      return {
        ...{ ref, contact, type, at: Math.floor(Date.now() / 1000) },
        ...{ eventId: `ev-${ref}`, messageId: `msg-${ref}.recvd`, url: `https://www.example.com/pricing?ref=${ref}` },
      };
    });
  }

  /** In one request of the named provider. */
  tell(provider: string, events: readonly Happening[]): Telling {
    const { promise: answered, resolve } = Promise.withResolvers<number>();
    const acknowledged = this.#tell(this.#provider(provider), events, resolve);
    acknowledged.catch(() => undefined);
    this.#telling.push(acknowledged);
    return { answered, acknowledged };
  }

  /** Once more what was acknowledged, under new ids of the provider where it may change them. Nothing may come of it. */
  async again(provider: string, events: readonly Happening[]): Promise<void> {
    const by = this.#provider(provider);
    const told = by.renamesEvents ? events.map((one) => ({ ...one, eventId: `${one.eventId}-again` })) : events;
    const request = await this.#sending.announce(null, told);
    await this.#untilAcknowledged(request, by, told, () => undefined);
  }

  /** It begins with the script. */
  async ready(): Promise<void> {}

  async stop(): Promise<void> {
    await Promise.all(this.#telling);
    await this.#sending.close();
  }

  #provider(name: string): SendingProvider {
    const found = this.providers.find((one) => one.name === name);
    if (!found) throw new Error(`there is no provider ${name}`);
    return found;
  }

  async #tell(by: SendingProvider, events: readonly Happening[], first: (status: number) => void): Promise<void> {
    const request = await this.#sending.announce(LANE, events);
    await this.#untilAcknowledged(request, by, events, first);
    this.#acknowledged += events.length;
  }

  async #untilAcknowledged(
    request: string,
    by: SendingProvider,
    events: readonly Happening[],
    first: (status: number) => void,
  ): Promise<void> {
    const body = by.write(events);
    for (let tries = 0; ; tries += 1) {
      const target = this.targets[tries % this.targets.length] as string;
      const status = await this.#sending.attempt(request, target, by, body);
      first(status);
      if (isAcknowledged(status)) return;
      this.#unanswered += 1;
      if (isRefusedForGood(status)) throw new Error(`${by.name} was refused for good: ${status}`);
      await sleep(RETRY_MS);
    }
  }
}
