/** Makes a taken request durable: all its records in one append, the request itself last, as the witness that the others are. */
import type { Uuid } from '#contracts/ids.js';
import type { Appendable } from '#contracts/record.js';
import { deliveryRecord, quarantineRecord, type RawDelivery } from './delivery-records.js';
import { type DeliveryContext, engagementRecord } from './engagement-record.js';
import type { IngestPorts } from './ports.js';
import { replayClaim } from './replay.js';
import type { Source } from './source.js';
import type { Taking } from './taking.js';

export interface Received {
  readonly source: Source;
  readonly deliveryId: Uuid;
  /** Milliseconds. */
  readonly receivedAt: number;
  readonly raw: RawDelivery;
}

/**
 * Answers of which contacts the engagements are, in their order. Rejects when keys or log are away; the outcome of the append is then unknown, and the
 * provider's repeat harmless.
 */
export async function store(
  { keys, log, topics }: Pick<IngestPorts, 'keys' | 'log' | 'topics'>,
  received: Received,
  taking: Taking,
  timeoutMs: number,
): Promise<readonly Uuid[]> {
  const { source, deliveryId, receivedAt, raw } = received;
  const [secret, engagements, deliveries] = await Promise.all([
    keys.secret(source.workspaceId),
    keys.daily(source.workspaceId, receivedAt, 'engagements'),
    keys.daily(source.workspaceId, receivedAt, 'deliveries'),
  ]);
  const sealing = { engagements, deliveries };
  const { unjudgedToken } = taking;
  const replay = unjudgedToken === undefined ? {} : { replay: replayClaim(secret, source, unjudgedToken, raw.body) };
  const delivery: DeliveryContext = { source, deliveryId, receivedAt, secret, keys: sealing, topics, ...replay };
  const records = recordsOf(delivery, raw, taking);
  await log.append(records, { timeoutMs, witnessFrom: taking.engagements.length });
  return records.slice(0, taking.engagements.length).flatMap(({ key }) => key ?? []);
}

/** Engagements, unreadable parts, and the request, which tells the books of both (docs/adr/0008). */
export function recordsOf(delivery: DeliveryContext, raw: RawDelivery, taking: Taking): Appendable[] {
  const { outcome, engagements, quarantined } = taking;
  const counts = { outcome, engagements: engagements.length, unreadable: quarantined.length };
  return [
    ...engagements.map((engagement, ordinal) => engagementRecord(delivery, engagement, ordinal)),
    ...quarantined.map((part, ordinal) => quarantineRecord(delivery, part, ordinal)),
    deliveryRecord(delivery, raw, counts),
  ];
}
