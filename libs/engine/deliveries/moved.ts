/** Records of `deliveries` as rows, and what they add to the books. */
import {
  DELIVERY_VERSIONS,
  type DeliveryReceived,
  type DeliveryRecord,
  type ElementQuarantined,
} from '#contracts/deliveries.js';
import type { Uuid } from '#contracts/ids.js';
import type { LogRecord } from '#contracts/record.js';
import { PoisonError, StopPartitionError } from '#engine/log/errors.js';

const HOUR = 3_600_000;

type DeliveryData = DeliveryReceived['data'];

/** `sealed` as on the log: under the workspace's daily key of `receivedAt`, bound to `id`. */
export interface DeliveryRow extends DeliveryData {
  readonly workspaceId: Uuid;
  readonly id: Uuid;
  readonly sealed: Buffer;
}

export interface QuarantineRow extends Omit<ElementQuarantined['data'], 'provider'> {
  readonly workspaceId: Uuid;
  readonly id: Uuid;
  readonly sealed: Buffer;
}

/** A request that was read again: its parts in quarantine that are understood now. */
export interface RereadRow {
  readonly workspaceId: Uuid;
  readonly sourceId: Uuid;
  /** Milliseconds: start of the hour of its books. */
  readonly hour: number;
  readonly settled: readonly Uuid[];
}

/** To add to the row of (workspace, source, hour, writer). `hour`: milliseconds of its start. */
export interface AcceptedChange {
  readonly workspaceId: Uuid;
  readonly sourceId: Uuid;
  readonly hour: number;
  readonly accepted: number;
}

export interface Moved {
  /** With the first of each the store adds to the books, in the same transaction: accepted + engagements + unreadable. */
  readonly deliveries: readonly DeliveryRow[];
  /** With the first of each the store adds to the books: quarantined + 1. */
  readonly quarantine: readonly QuarantineRow[];
  /** Each part that was open still leaves quarantine, and the books: accepted - 1, quarantined - 1. */
  readonly rereads: readonly RereadRow[];
  /** Of what was read again, in key order. */
  readonly books: readonly AcceptedChange[];
}

/** Throws StopPartitionError on a type or version that is unknown here, PoisonError on a record that lacks what it must have. */
export function movedOf(records: readonly LogRecord[]): Moved {
  const deliveries: DeliveryRow[] = [];
  const quarantine: QuarantineRow[] = [];
  const rereads: RereadRow[] = [];
  const books = new Map<string, { -readonly [K in keyof AcceptedChange]: AcceptedChange[K] }>();
  for (const record of records) {
    const { type, data } = opened(record);
    const { workspaceId, id } = record;
    if (type === 'delivery_received') deliveries.push({ ...data, workspaceId, id, sealed: sealedOf(record) });
    else if (type === 'element_quarantined') {
      const { provider: _, ...rest } = data;
      quarantine.push({ ...rest, workspaceId, id, sealed: sealedOf(record) });
    } else {
      const hour = Math.floor(data.receivedAt / HOUR) * HOUR;
      const name = `${workspaceId}/${data.sourceId}/${hour}`;
      const row = books.get(name) ?? { workspaceId, sourceId: data.sourceId, hour, accepted: 0 };
      books.set(name, row);
      row.accepted += data.engagements;
      if (data.settled.length > 0) rereads.push({ workspaceId, sourceId: data.sourceId, hour, settled: data.settled });
    }
  }
  const inKeyOrder = [...books].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  return { deliveries, quarantine, rereads, books: inKeyOrder.filter((row) => row.accepted > 0) };
}

const COUNTS: { readonly [T in DeliveryRecord['type']]: readonly string[] } = {
  delivery_received: ['engagements', 'unreadable', 'receivedAt'],
  element_quarantined: ['receivedAt'],
  delivery_reread: ['engagements', 'receivedAt'],
};

function opened(record: LogRecord): DeliveryRecord {
  const { type, v, position } = record;
  const known = (DELIVERY_VERSIONS as Readonly<Record<string, number>>)[type];
  if (known === undefined || v > known)
    throw new StopPartitionError(`delivery record ${type} v${v} at position ${position} is unknown to this version`);
  const data = record.data as Readonly<Record<string, unknown>>;
  const counts = COUNTS[type as DeliveryRecord['type']];
  const isWhole = typeof data['sourceId'] === 'string' && counts.every((name) => typeof data[name] === 'number');
  if (!isWhole || (type === 'delivery_reread' && !Array.isArray(data['settled'])))
    throw new PoisonError(`delivery record ${record.id} lacks its source or a count`);
  return { type, v, data } as unknown as DeliveryRecord;
}

function sealedOf({ id, sealed }: LogRecord): Buffer {
  if (sealed === null) throw new PoisonError(`delivery record ${id} has no content`);
  return sealed;
}
