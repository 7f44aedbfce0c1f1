/** What ingest counts, per source. Adapted to a metrics library outside. */
import type { Uuid } from '#contracts/ids.js';
import type { RejectKind } from '#contracts/provider.js';
import type { Source } from './source.js';

export type Rejection =
  | RejectKind
  | 'replay'
  | 'unknown_source'
  | 'paused'
  | 'address'
  | 'rate'
  | 'busy'
  | 'deleted'
  | 'method'
  | 'too_large'
  | 'bad_encoding'
  | 'slow';

/** Where to look: the delivery that told it and, where it is about one, the contact. */
export interface AlertAbout {
  readonly delivery: Uuid;
  readonly contact?: Uuid;
}

export interface IngestMeter {
  received(source: Source): void;
  verified(source: Source): void;
  /** `source` is null when the path is nobody's. */
  rejected(source: Source | null, kind: Rejection): void;
  stored(source: Source, engagements: number, quarantined: number): void;
  /** How long after its oldest event a stored request came, in milliseconds from 0. */
  lag(source: Source, milliseconds: number): void;
  /** Verified, but not durable in time: the provider was told to send again. */
  unavailable(source: Source, error: unknown): void;
  /** A fault of ours. */
  alarm(source: Source, message: string, error?: unknown): void;
  /** What a provider tells that a person has to act on (an UnsubscribeConfirmation, an erasure): none is held back. */
  alert(source: Source, message: string, about: AlertAbout): void;
}

/** Counts nothing: for tests and tools. */
export const SILENT_METER: IngestMeter = {
  received: () => {},
  verified: () => {},
  rejected: () => {},
  stored: () => {},
  lag: () => {},
  unavailable: () => {},
  alarm: () => {},
  alert: () => {},
};
