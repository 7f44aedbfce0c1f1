/** What ingest needs of the world. All but the log may be away without a request being lost or wrongly accepted. */
import type { Uuid } from '#contracts/ids.js';
import type { ReplayClaim } from '#contracts/inputs.js';
import type { Judgement, Provider, ProviderRequest, SourceSettings, VerifyClock } from '#contracts/provider.js';
import type { Log } from '#engine/log/log.js';
import type { WorkspaceKeys } from '#engine/sealing/sealing.js';
import type { IngestMeter } from './meter.js';
import type { Source, SourceDirectory } from './source.js';

/** The providers, handed in as values: pure functions behind two names. */
export interface Providers {
  named(name: string): Provider | undefined;
  judge(provider: Provider, request: ProviderRequest, settings: SourceSettings, now: VerifyClock): Judgement;
}

/** Certificates named by a request (SNS). The adapter fetches only from hosts on its list, and caches. */
export interface Certificates {
  /** PEM, or undefined when it cannot be had now or the address is not allowed. */
  pem(url: string): Promise<string | undefined>;
}

/** Addresses that a verified handshake asks to be fetched (SNS SubscribeURL). */
export interface Confirmations {
  /** True when the fetch was answered 2xx. */
  confirm(source: Source, url: string): Promise<boolean>;
}

/** Tokens that only a signature covers (Mailgun): shared by all instances, outliving restarts. */
export interface ReplayTokens {
  /**
   * Remembers the token with its body; false when it came before with another body. `at`: milliseconds.
   * Rejects when the memory is away: the delivery is then taken in, and its token judged where it is applied.
   */
  claim(workspaceId: Uuid, claim: ReplayClaim, at: number): Promise<boolean>;
}

export interface Outside {
  readonly certificates?: Certificates;
  readonly confirmations?: Confirmations;
  readonly replayTokens?: ReplayTokens;
}

export interface IngestPorts {
  readonly sources: SourceDirectory;
  readonly providers: Providers;
  readonly keys: WorkspaceKeys;
  readonly log: Log;
  readonly meter: IngestMeter;
  readonly clock: () => number;
  /** A new delivery id; `now` in milliseconds (delivery-id.ts). */
  readonly newId: (now: number) => Uuid;
  /** Topics with their generation. */
  readonly topics: { readonly engagements: string; readonly deliveries: string };
  readonly outside?: Outside;
  /** Bytes of all requests under way in this process; default 64 MiB. */
  readonly roomBytes?: number;
}
