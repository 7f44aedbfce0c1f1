/** An import of a provider's history: each exported body goes through the parser and the de-duplication that live ones go through. */
import type { Job, JobParts } from '#apps/importer/contacts/contact-job.js';
import { deriveId } from '#contracts/ids.js';
import type { Provider } from '#contracts/provider.js';
import { TOPICS, topicOf } from '#contracts/topics.js';
import type { Import } from '#engine/imports/import.js';
import type { Row, Rows } from '#engine/imports/row.js';
import type { Made, Refused } from '#engine/imports/run-import.js';
import { deliveryRecord } from '#engine/ingest/delivery-records.js';
import { type DeliveryContext, engagementRecord } from '#engine/ingest/engagement-record.js';
import type { Source } from '#engine/ingest/source.js';
import { readExported } from '#providers/exported.js';

type Delivered = Omit<DeliveryContext, 'deliveryId'>;

export function engagementJob(
  wanted: Import,
  source: Source,
  provider: Provider,
  { rows }: Rows,
  parts: JobParts,
): Job {
  return {
    rows,
    about: {},
    make: async (chunk) => {
      const { workspaceId, createdAt } = wanted;
      const recordedAt = parts.clock();
      const [secret, engagements, deliveries] = await Promise.all([
        parts.keys.secret(workspaceId),
        parts.keys.daily(workspaceId, recordedAt, 'engagements'),
        parts.keys.daily(workspaceId, createdAt, 'deliveries'),
      ]);
      const delivered: Delivered = {
        source,
        // The same for a row however often it is appended: so it lies once among the deliveries.
        receivedAt: createdAt,
        recordedAt,
        imported: true,
        secret,
        keys: { engagements, deliveries },
        topics: { engagements: parts.topic(), deliveries: topicOf(TOPICS.deliveries.name, 1) },
      };
      return chunk.map((row) => madeOf(wanted, row, provider, delivered));
    },
  };
}

function madeOf({ id: importId }: Import, row: Row, provider: Provider, delivered: Delivered): Made | Refused {
  if (row.problem !== null) return { refused: row.problem };
  const read = readExported(provider, row.raw, delivered.source.settings);
  if ('refused' in read) return read;
  const { request, normalised } = read;
  if (normalised.outcome === 'ignore') return { refused: `no event: ${normalised.reason}` };
  const [unreadable] = normalised.unreadable;
  if (unreadable !== undefined) return { refused: `event ${unreadable.index + 1}: ${unreadable.reason}` };
  const engagements = normalised.engagements.filter(({ isTest }) => !isTest);
  if (engagements.length === 0) return { refused: 'a test event of the provider, or none at all' };
  const delivery: DeliveryContext = { ...delivered, deliveryId: deriveId('imported delivery', importId, row.line) };
  const about = { method: 'IMPORT', url: `line ${row.line} of import ${importId}`, headers: request.headers };
  const counts = { outcome: 'accepted', engagements: engagements.length, unreadable: 0 } as const;
  return {
    inputs: engagements.map((engagement, ordinal) => engagementRecord(delivery, engagement, ordinal)),
    beside: [deliveryRecord(delivery, { about, body: request.body }, counts)],
    sample: engagements.slice(0, 1).map(({ engagement }) => ({
      type: engagement.type,
      recipient: engagement.recipient,
      occurredAt: engagement.occurredAt,
    }))[0] as { type: string; recipient: string | null; occurredAt: string | null },
  };
}
