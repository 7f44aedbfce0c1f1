/**
 * Records on `deliveries`: each request of a provider whole, and what could not be understood of it. Keyed by a hash of the delivery id.
 * Stored contract: names and shapes are never renamed. Both are sealed under the workspace's daily key of `receivedAt`.
 */
import type { Uuid } from './ids.js';
import type { ReplayClaim } from './inputs.js';

/** What became of a verified request. Requests that were not verified leave no record, only counts. */
export type DeliveryOutcome = 'accepted' | 'ignored' | 'handshake' | 'malformed';

/** One verified request. `sealed`: a RawPart whose `about` is a StoredRequest and whose `bytes` are the body as received. */
export interface DeliveryReceived {
  readonly type: 'delivery_received';
  readonly v: 1;
  readonly data: {
    readonly sourceId: Uuid;
    readonly provider: string;
    readonly outcome: DeliveryOutcome;
    /** Engagements appended with it. */
    readonly engagements: number;
    /** `element_quarantined` records appended with it. */
    readonly unreadable: number;
    /** Milliseconds: when ingest received it; the hour of the books. */
    readonly receivedAt: number;
    /** Of a one-time token that was not judged at receipt, for its memory was away. */
    readonly replay?: ReplayClaim;
  };
}

/** A part of a request that could not be understood. `sealed`: a RawPart whose `about` is a QuarantineDetail. */
export interface ElementQuarantined {
  readonly type: 'element_quarantined';
  readonly v: 1;
  readonly data: {
    readonly sourceId: Uuid;
    readonly provider: string;
    readonly deliveryId: Uuid;
    /** Element of the body, from 0; null: the whole body. */
    readonly element: number | null;
    /** A code, never free text. `normaliser_failed` is a fault of ours; `replayed`: its one-time token was used with another body. */
    readonly reason: 'unreadable' | 'malformed' | 'normaliser_failed' | 'replayed';
    readonly receivedAt: number;
  };
}

/**
 * A kept request was read again, by people's wish: with a newer parser, or other settings. Its engagements are appended with this
 * record. Nothing is sealed: the request itself is kept already.
 */
export interface DeliveryReread {
  readonly type: 'delivery_reread';
  readonly v: 1;
  readonly data: {
    readonly sourceId: Uuid;
    readonly provider: string;
    readonly deliveryId: Uuid;
    /** Engagements appended with it, those known before too: they end as duplicates. */
    readonly engagements: number;
    /** Ids in quarantine that are understood now: they are no longer counted there. */
    readonly settled: readonly Uuid[];
    /** Milliseconds: when ingest received the request; the hour of the books. */
    readonly receivedAt: number;
  };
}

export type DeliveryRecord = DeliveryReceived | ElementQuarantined | DeliveryReread;

export const DELIVERY_VERSIONS: { readonly [T in DeliveryRecord['type']]: number } = {
  delivery_received: 1,
  element_quarantined: 1,
  delivery_reread: 1,
};

/** The request without its body and without credentials. */
export interface StoredRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Why it could not be understood, in words; may quote the payload. */
export interface QuarantineDetail {
  readonly detail: string;
}

/** JSON about some bytes, and the bytes as they came: what a record of `deliveries` seals. */
export interface RawPart<About> {
  readonly about: About;
  readonly bytes: Buffer;
}

const LENGTH_BYTES = 4;

/** 4 bytes big-endian length of the JSON · JSON · raw bytes. */
export function packRaw<About>(part: RawPart<About>): Buffer {
  const about = Buffer.from(JSON.stringify(part.about));
  const packed = Buffer.allocUnsafe(LENGTH_BYTES + about.length + part.bytes.length);
  packed.writeUInt32BE(about.length);
  about.copy(packed, LENGTH_BYTES);
  part.bytes.copy(packed, LENGTH_BYTES + about.length);
  return packed;
}

/** Undoes packRaw. Throws RangeError or SyntaxError on bytes that were not packed so. */
export function unpackRaw<About>(packed: Buffer): RawPart<About> {
  const end = LENGTH_BYTES + packed.readUInt32BE();
  if (end > packed.length) throw new RangeError('packed part is cut short');
  return { about: JSON.parse(packed.toString('utf8', LENGTH_BYTES, end)) as About, bytes: packed.subarray(end) };
}
