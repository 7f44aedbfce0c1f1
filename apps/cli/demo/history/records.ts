/** A history → records of the log, each recorded when it would have been received: their own time is the only clock (engine.md 4.6). */
import { deriveId, subjectOf, type Uuid } from '#contracts/ids.js';
import type { ContactUpsertInput } from '#contracts/inputs.js';
import type { Appendable } from '#contracts/record.js';
import type { Source } from '#engine/ingest/source.js';
import { recordsOf } from '#engine/ingest/store.js';
import { sealInput } from '#engine/sealing/input-codec.js';
import type { WorkspaceKeys } from '#engine/sealing/sealing.js';
import { sendgrid } from '#providers/sendgrid.js';
import type { HistoryContact } from './contacts.js';
import type { HistoryDelivery } from './story.js';

export interface HistoryWorld {
  readonly workspaceId: Uuid;
  readonly source: Source;
  /** They must have, or make, keys of days that are long past. */
  readonly keys: WorkspaceKeys;
  readonly topics: { readonly engagements: string; readonly deliveries: string };
}

const OWNER = 'sam@sales.example.com';

/** The contact as the CRM would have written it first. */
export async function contactRecord(world: HistoryWorld, contact: HistoryContact): Promise<Appendable> {
  const { workspaceId, keys, topics } = world;
  const identity = { kind: 'email', value: contact.email };
  const { firstName, company, since: at } = contact;
  const input: ContactUpsertInput = {
    type: 'contact_upsert',
    v: 1,
    data: { firesRules: false },
    pii: { identity, set: { first_name: firstName, company }, stage: 'lead', owner: OWNER },
  };
  const address = {
    topic: topics.engagements,
    key: subjectOf(await keys.secret(workspaceId), identity),
    workspaceId,
    id: deriveId('history contact', workspaceId, contact.email),
    at,
  };
  return sealInput(input, address, await keys.daily(workspaceId, at, 'engagements'));
}

/** Through the provider's own parser, as ingest takes it. */
export async function deliveryRecords(
  world: HistoryWorld,
  delivery: HistoryDelivery,
  n: number,
): Promise<readonly Appendable[]> {
  const { workspaceId, source, keys, topics } = world;
  const { receivedAt } = delivery;
  const body = Buffer.from(JSON.stringify(delivery.events));
  const about = { method: 'POST', url: '/ingest/[removed]', headers: { 'content-type': 'application/json' } };
  const normalised = sendgrid.normalise({ ...about, body }, source.settings);
  if (normalised.outcome !== 'accept' || normalised.unreadable.length > 0)
    throw new Error('the history is not what the parser of SendGrid understands');
  const context = {
    source,
    deliveryId: deriveId('history delivery', workspaceId, source.id, n),
    receivedAt,
    secret: await keys.secret(workspaceId),
    keys: {
      engagements: await keys.daily(workspaceId, receivedAt, 'engagements'),
      deliveries: await keys.daily(workspaceId, receivedAt, 'deliveries'),
    },
    topics,
  };
  const taking = { outcome: 'accepted', engagements: normalised.engagements, quarantined: [] } as const;
  return recordsOf(context, { about, body }, taking);
}
