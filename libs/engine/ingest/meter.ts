/** What ingest counts, per source. Adapted to a metrics library outside. */
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
  /** A fault of ours, or something that a person must see (an UnsubscribeConfirmation). */
  alarm(source: Source, message: string, error?: unknown): void;
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
};
