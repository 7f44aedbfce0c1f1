/** Deliveries and quarantine as people look at them: newest first; their contents stay sealed until one is opened. */
import type { Uuid } from '#contracts/ids.js';
import type { ReplayClaim } from '#contracts/inputs.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

/** One verified request of a provider. Times in milliseconds. */
export interface DeliveryRow {
  readonly id: Uuid;
  readonly sourceId: Uuid;
  readonly provider: string;
  readonly receivedAt: number;
  /** `accepted`, `ignored`, `handshake` or `malformed`. */
  readonly outcome: string;
  readonly engagements: number;
  readonly unreadable: number;
}

export interface SealedDelivery extends DeliveryRow {
  /** Of a one-time token that was not judged at receipt; else null. */
  readonly replay: ReplayClaim | null;
  /** A RawPart<StoredRequest> under the workspace's daily key of receivedAt, bound to the id. */
  readonly sealed: Buffer;
}

/** A part of a delivery that could not be understood. */
export interface QuarantineRow {
  readonly id: Uuid;
  readonly sourceId: Uuid;
  readonly deliveryId: Uuid;
  /** Element of the body, from 0; null: the whole body. */
  readonly element: number | null;
  readonly receivedAt: number;
  readonly reason: string;
  readonly state: 'open' | 'redriven' | 'discarded';
}

export interface SealedQuarantine extends QuarantineRow {
  /** A RawPart<QuarantineDetail> under the workspace's daily key of receivedAt, bound to the id. */
  readonly sealed: Buffer;
}

/** receivedAt and id of the last one of the page before. */
export type ReceivedCursor = readonly [number, Uuid];

export interface ReceivedPage {
  readonly after: ReceivedCursor | null;
  readonly limit: number;
}

/** Above every row: a cursor is always a bound of the index, so that a cached plan seeks to it. */
const FIRST_PAGE = ['infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff'] as const;

const DELIVERY = `id, source_id as "sourceId", provider, received_at as "receivedAt", outcome, engagements, unreadable`;
const QUARANTINE = `id, source_id as "sourceId", delivery_id as "deliveryId", element, received_at as "receivedAt", reason, state`;

const RECENT = statement(
  'deliveries.delivery.recent',
  `select ${DELIVERY} from deliveries.delivery
where workspace_id = $1 and (received_at, id) < ($2::timestamptz, $3::uuid) and ($4::uuid is null or source_id = $4)
order by received_at desc, id desc
limit $5`,
);
const ONE = statement(
  'deliveries.delivery.one',
  `select ${DELIVERY}, replay, sealed from deliveries.delivery where workspace_id = $1 and id = $2`,
);
const QUARANTINED = statement(
  'deliveries.quarantine.open',
  `select ${QUARANTINE} from deliveries.quarantine
where workspace_id = $1 and state = 'open' and (received_at, id) < ($2::timestamptz, $3::uuid)
  and ($4::uuid is null or source_id = $4)
order by received_at desc, id desc
limit $5`,
);
const QUARANTINED_ONE = statement(
  'deliveries.quarantine.one',
  `select ${QUARANTINE}, sealed from deliveries.quarantine where workspace_id = $1 and id = $2`,
);
const QUARANTINED_OF = statement(
  'deliveries.quarantine.of_delivery',
  `select ${QUARANTINE}, sealed from deliveries.quarantine
where workspace_id = $1 and delivery_id = $2 and received_at = $3
order by element nulls first, id`,
);

function valuesOf(workspaceId: Uuid, sourceId: Uuid | null, { after, limit }: ReceivedPage): unknown[] {
  const [from, id] = after ? [new Date(after[0]), after[1]] : FIRST_PAGE;
  return [workspaceId, from, id, sourceId, limit];
}

/** `sourceId` null: of every source. */
export async function recentDeliveries(
  pool: Pool,
  workspaceId: Uuid,
  sourceId: Uuid | null,
  page: ReceivedPage,
): Promise<readonly DeliveryRow[]> {
  const { rows } = await query<DeliveryRow>(pool, bind(RECENT, valuesOf(workspaceId, sourceId, page)));
  return rows;
}

export async function deliveryById(pool: Pool, workspaceId: Uuid, id: Uuid): Promise<SealedDelivery | null> {
  const { rows } = await query<SealedDelivery>(pool, bind(ONE, [workspaceId, id]));
  return rows[0] ?? null;
}

/** What waits in quarantine. `sourceId` null: of every source. */
export async function openQuarantine(
  pool: Pool,
  workspaceId: Uuid,
  sourceId: Uuid | null,
  page: ReceivedPage,
): Promise<readonly QuarantineRow[]> {
  const { rows } = await query<QuarantineRow>(pool, bind(QUARANTINED, valuesOf(workspaceId, sourceId, page)));
  return rows;
}

export async function quarantinedById(pool: Pool, workspaceId: Uuid, id: Uuid): Promise<SealedQuarantine | null> {
  const { rows } = await query<SealedQuarantine>(pool, bind(QUARANTINED_ONE, [workspaceId, id]));
  return rows[0] ?? null;
}

/** What of a delivery was quarantined, whatever became of it since. */
export async function quarantinedOf(
  pool: Pool,
  workspaceId: Uuid,
  delivery: Pick<DeliveryRow, 'id' | 'receivedAt'>,
): Promise<readonly SealedQuarantine[]> {
  const values = [workspaceId, delivery.id, new Date(delivery.receivedAt)];
  const { rows } = await query<SealedQuarantine>(pool, bind(QUARANTINED_OF, values));
  return rows;
}
