/**
 * Senders as providers are: each lane has contacts of its own and sends one request after the other, again and again under the same ids
 * until it is acknowledged, in bursts; an echo repeats what was acknowledged, in another order and partly under new event ids.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../until.js';
import { contactsOf, type Happening, Happenings } from './events.js';
import type { Journal } from './journal.js';
import type { SendingProvider } from './providers.js';
import type { Random } from './random.js';
import { isAcknowledged, isRefusedForGood, type Senders, Sending } from './sending.js';

export interface FleetPlan {
  /** Addresses of instances, e.g. `http://127.0.0.1:8080`; a repeat may go to another. */
  readonly targets: readonly string[];
  readonly providers: readonly SendingProvider[];
  readonly lanes: number;
  readonly contactsPerLane: number;
  /** Engagements a second of all lanes together, bursts evened out. */
  readonly rate: number;
}

/** An acknowledged request, to be sent again. */
interface Delivered {
  readonly provider: SendingProvider;
  readonly events: readonly Happening[];
}

const LARGEST = 20;
const READY_MS = 30_000;
/** Acknowledged requests that the echo chooses among. */
const REMEMBERED = 400;
const RETRY_MS = [50, 100, 200, 400] as const;

export class Fleet implements Senders {
  readonly #sending: Sending;
  readonly #delivered: Delivered[] = [];
  #stopping = false;
  #acknowledged = 0;
  #unanswered = 0;
  #running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly plan: FleetPlan,
    journal: Journal,
    private readonly random: Random,
  ) {
    this.#sending = new Sending(journal);
  }

  /** Engagements acknowledged so far. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Requests that were refused or not answered at all so far. */
  get unanswered(): number {
    return this.#unanswered;
  }

  start(): this {
    const lanes = Array.from({ length: this.plan.lanes }, (_, lane) => this.#lane(lane, this.random.fork()));
    this.#running = Promise.all([...lanes, this.#echo(this.random.fork())]);
    this.#running.catch(() => undefined);
    return this;
  }

  /** Resolves once something was acknowledged. */
  async ready(): Promise<void> {
    await until(() => this.#acknowledged > 0, READY_MS);
  }

  /** Sends nothing new, and resolves when all that was sent is acknowledged. Rejects with the first fault of a lane. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
    await this.#sending.close();
  }

  async #lane(lane: number, random: Random): Promise<void> {
    const name = `lane${lane}`;
    const happenings = new Happenings(name, contactsOf(name, this.plan.contactsPerLane), random);
    const perRequest = LARGEST / 2;
    const pauseMs = (1000 * perRequest * this.plan.lanes) / this.plan.rate;
    while (!this.#stopping) {
      const burst = random.chance(0.2) ? random.between(3, 8) : 1;
      for (let sent = 0; sent < burst && !this.#stopping; sent += 1) {
        const provider = random.pick(this.plan.providers);
        await this.#deliver(lane, provider, this.#some(happenings, provider, random), random);
      }
      await sleep(pauseMs * burst * (0.5 + random.next()));
    }
  }

  #some(happenings: Happenings, provider: SendingProvider, random: Random): readonly Happening[] {
    const wanted = random.chance(0.3) ? 1 : random.between(2, LARGEST - 1);
    const some: Happening[] = [];
    while (some.length < wanted) {
      const one = happenings.next(Date.now());
      if (provider.tells(one.type)) some.push(one);
    }
    return some;
  }

  /** Sent until it is acknowledged. */
  async #deliver(lane: number, provider: SendingProvider, events: readonly Happening[], random: Random): Promise<void> {
    const request = await this.#sending.announce(lane, events);
    const body = provider.write(events);
    for (let tries = 0; ; tries += 1) {
      const status = await this.#attempt(request, provider, body, random);
      if (isAcknowledged(status)) break;
      this.#unanswered += 1;
      if (isRefusedForGood(status)) throw new Error(`${provider.name} was refused for good: ${status}`);
      await sleep((RETRY_MS[Math.min(tries, RETRY_MS.length - 1)] as number) * (0.5 + random.next()));
    }
    this.#acknowledged += events.length;
    const delivered = { provider, events };
    if (this.#delivered.length < REMEMBERED) this.#delivered.push(delivered);
    else this.#delivered[random.between(0, REMEMBERED - 1)] = delivered;
  }

  /** Repeats a part of what was acknowledged; what becomes of a repeat does not matter to its sender. */
  async #echo(random: Random): Promise<void> {
    while (!this.#stopping) {
      await sleep(100 * (0.5 + random.next()));
      if (this.#delivered.length === 0) continue;
      const { provider, events } = random.pick(this.#delivered);
      const again = random.shuffled(events).slice(0, random.between(1, events.length));
      const renamed = provider.renamesEvents && random.chance(0.4);
      const told = renamed ? again.map((one) => ({ ...one, eventId: `${one.eventId}-again` })) : again;
      const request = await this.#sending.announce(null, told);
      await this.#attempt(request, provider, provider.write(told), random);
    }
  }

  #attempt(request: string, provider: SendingProvider, body: string, random: Random): Promise<number> {
    return this.#sending.attempt(request, random.pick(this.plan.targets), provider, body);
  }
}
