/** Whether a path takes a request now; asked before its body is read. */
import type { Provider } from '#contracts/provider.js';
import { AddressList } from './address-list.js';
import type { Answer } from './answer.js';
import type { Rejection } from './meter.js';
import type { IngestPorts } from './ports.js';
import { RateLimits } from './rate-limits.js';
import {
  addressNotAllowed,
  busy,
  deletedSource,
  pausedSource,
  throttled,
  unknownProvider,
  unknownSource,
} from './refusals.js';
import { Room, type Stay } from './room.js';
import type { Source, SourcePolicy } from './source.js';

/** Who knocks. */
export interface Arrival {
  /** Address of the sender, as far as trusted proxies tell it. */
  readonly address: string;
  /** Bytes of the body as declared; 0 where nothing is. */
  readonly declaredBytes: number;
}

export type Admission =
  | {
      readonly open: true;
      readonly source: Source;
      readonly provider: Provider;
      /** To be left when the request is answered, or broken off. */
      readonly stay: Stay;
    }
  | { readonly open: false; readonly answer: Answer };

/** Room for requests under way, where nothing else is said. */
const DEFAULT_ROOM_BYTES = 64 * 1024 * 1024;

export class Admissions {
  readonly #rates = new RateLimits();
  readonly #room: Room;
  /** Lists are made once for each state of a source. */
  readonly #lists = new WeakMap<Source, AddressList>();

  constructor(private readonly ports: IngestPorts) {
    this.#room = new Room({ bytes: ports.roomBytes ?? DEFAULT_ROOM_BYTES, clock: ports.clock });
  }

  /** Bytes of the requests under way. */
  get held(): number {
    return this.#room.held;
  }

  /** Before `admit`: what was made a moment ago is known. Undefined where nothing has to be waited for. */
  meet(path: string): Promise<void> | undefined {
    const { sources } = this.ports;
    return sources.find(path) === undefined ? sources.lookUp?.(path) : undefined;
  }

  admit(path: string, arrival: Arrival): Admission {
    const { sources, providers, meter, clock } = this.ports;
    const source = sources.find(path);
    const closed = (answer: Answer, kind: Rejection): Admission => {
      meter.rejected(source ?? null, kind);
      return { open: false, answer };
    };
    if (source === undefined) return closed(unknownSource(), 'unknown_source');
    if (source.state === 'deleted') return closed(deletedSource(), 'deleted');
    const provider = providers.named(source.provider);
    if (provider === undefined) {
      meter.alarm(source, 'the source is of a provider that this version does not know');
      return { open: false, answer: unknownProvider(source.provider) };
    }
    if (source.state === 'paused') return closed(pausedSource(provider), 'paused');
    const { policy = {} } = source;
    if (policy.addresses !== undefined && !this.#list(source, provider, policy.addresses).has(arrival.address))
      return closed(addressNotAllowed(), 'address');
    const waitMs = this.#wait(source, policy, clock());
    if (waitMs > 0) return closed(throttled(provider, waitMs), 'rate');
    const stay = this.#room.enter(source.id, arrival.declaredBytes);
    return stay === null ? closed(busy(provider), 'busy') : { open: true, source, provider, stay };
  }

  #wait({ id }: Source, { ratePerSecond, burst }: SourcePolicy, now: number): number {
    if (ratePerSecond === undefined) return 0;
    const rate = { perSecond: ratePerSecond, burst: burst ?? Math.max(1, Math.ceil(ratePerSecond * 2)) };
    return this.#rates.take(id, rate, now);
  }

  #list(source: Source, provider: Provider, addresses: readonly string[]): AddressList {
    const known = this.#lists.get(source);
    if (known !== undefined) return known;
    const list = addressList(addresses, provider);
    this.#lists.set(source, list);
    return list;
  }
}

/** Stands in a list for the addresses that the provider publishes. */
export const PUBLISHED = 'published';

/** Throws an Error that names an entry that is no address and no range. */
export function addressList(entries: readonly string[], provider: Pick<Provider, 'publishedAddresses'>): AddressList {
  return new AddressList(entries.flatMap((entry) => (entry === PUBLISHED ? provider.publishedAddresses : [entry])));
}
