/**
 * The way of one request: find the source, verify over the raw bytes, normalise, make everything durable in one append,
 * and only then answer 2xx. Never rejects, and no answer shows the inside of a fault.
 */
import type { Uuid } from '#contracts/ids.js';
import type { Provider, ProviderRequest } from '#contracts/provider.js';
import { type Admission, Admissions, type Arrival } from './admission.js';
import { type Answer, problem, stored } from './answer.js';
import { isTooLate, timeLeft, within } from './deadline.js';
import { lagOf } from './lag.js';
import type { Rejection } from './meter.js';
import type { IngestPorts } from './ports.js';
import { busy, methodNotAllowed, notVerified, unavailable } from './refusals.js';
import { type Source, settingsAt } from './source.js';
import { type Received, store } from './store.js';
import { storedRequest } from './stored-request.js';
import { greeting, type Taking } from './taking.js';
import { Turns } from './turns.js';
import { verdictOf } from './verdict.js';

export type Admitted = Extract<Admission, { readonly open: true }>;

export class Ingest {
  readonly #admissions: Admissions;
  readonly #turns = new Turns();

  constructor(private readonly ports: IngestPorts) {
    this.#admissions = new Admissions(ports);
  }

  /** To be awaited before `admit`, where there is something to await: a source that was made a moment ago is then known. */
  meet(path: string): Promise<void> | undefined {
    return this.#admissions.meet(path);
  }

  /** Whether the path takes this request now; to be asked before the body is read. */
  admit(path: string, arrival: Arrival): Admission {
    return this.#admissions.admit(path, arrival);
  }

  /** Counts a request to an admitted source that was refused before it could be received. */
  refused(source: Source, kind: Rejection): void {
    this.ports.meter.rejected(source, kind);
  }

  /** The answer when there is no room for the body of an admitted request. */
  noRoom({ source, provider }: Admitted): Answer {
    this.ports.meter.rejected(source, 'busy');
    return busy(provider);
  }

  /** The answer to a fault of ours outside of `receive`. */
  failed(admitted: Admitted | null, error: unknown): Answer {
    if (admitted === null) return problem(503, 'Not available for now', 'Nothing was stored; send again.');
    this.ports.meter.alarm(admitted.source, 'a request failed', error);
    return unavailable(admitted.provider);
  }

  /** Answers a request to an admitted source. `request.body` holds the bytes exactly as sent (unpacked, if they were packed). */
  async receive(admitted: Admitted, request: ProviderRequest): Promise<Answer> {
    const { source, provider, stay } = admitted;
    const { meter, clock } = this.ports;
    const receivedAt = clock();
    stay.storing();
    meter.received(source);
    if (request.method !== 'POST') return this.#greet(source, provider, request);
    await this.#turns.take(request.body.length);
    if (isTooLate(provider.timeoutMs, clock() - receivedAt, request.body.length)) {
      stay.givenUp();
      return this.noRoom(admitted);
    }
    const verdict = await verdictOf(this.ports, source, provider, request, receivedAt, stay.aside);
    switch (verdict.step) {
      case 'greeted':
        return greeting(verdict.response);
      case 'refused':
        meter.rejected(source, verdict.kind);
        return notVerified(verdict.error, source.settings);
      case 'unavailable':
        stay.givenUp();
        meter.unavailable(source, verdict.error);
        return unavailable(provider);
      case 'taken':
        meter.verified(source);
        return this.#keep(admitted, request, verdict.taking, receivedAt);
    }
  }

  #greet(source: Source, provider: Provider, request: ProviderRequest): Answer {
    const { meter, clock } = this.ports;
    try {
      const response = provider.greet?.(request, settingsAt(source, clock()));
      if (response !== undefined) return greeting(response);
    } catch (error) {
      meter.alarm(source, 'a greeting could not be answered', error);
      return unavailable(provider);
    }
    meter.rejected(source, 'method');
    return methodNotAllowed();
  }

  async #keep(
    { source, provider, stay }: Admitted,
    request: ProviderRequest,
    taking: Taking,
    receivedAt: number,
  ): Promise<Answer> {
    const { meter, clock, newId } = this.ports;
    const about = storedRequest(request, settingsAt(source, receivedAt), source.path);
    const received: Received = {
      source,
      deliveryId: newId(receivedAt),
      receivedAt,
      raw: { about, body: request.body },
    };
    const left = timeLeft(provider.timeoutMs, clock() - receivedAt, request.body.length);
    let contacts: readonly Uuid[];
    try {
      if (taking.fetch !== undefined) await stay.aside(within(left, this.#confirm(source, taking.fetch)));
      contacts = await within(left, store(this.ports, received, taking, left));
    } catch (error) {
      stay.givenUp();
      meter.unavailable(source, error);
      return unavailable(provider);
    }
    this.#alert(received, taking, contacts);
    meter.stored(source, taking.engagements.length, taking.quarantined.length);
    const lag = lagOf(taking.engagements, receivedAt);
    if (lag !== null) meter.lag(source, lag);
    return taking.answer ?? stored(received.deliveryId, taking.engagements.length, taking.quarantined.length);
  }

  /** `contacts`: of whom the engagements are, in their order. */
  #alert({ source, deliveryId: delivery }: Received, taking: Taking, contacts: readonly Uuid[]): void {
    const { meter } = this.ports;
    if (taking.alert !== undefined) meter.alert(source, taking.alert, { delivery });
    for (const [index, { alert }] of taking.engagements.entries()) {
      const contact = contacts[index];
      if (alert !== undefined) meter.alert(source, alert, { delivery, ...(contact === undefined ? {} : { contact }) });
    }
  }

  async #confirm(source: Source, url: string): Promise<void> {
    const confirmed = await this.ports.outside?.confirmations?.confirm(source, url);
    if (!confirmed) throw new Error('the handshake could not be confirmed at the provider');
  }
}
