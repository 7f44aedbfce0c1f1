/** The load as it stands on the log: verified requests normalised and sealed, as ingest makes them. */
import { deriveId, subjectOf } from '#contracts/ids.js';
import type { ContactUpsertInput } from '#contracts/inputs.js';
import type { ProviderRequest } from '#contracts/provider.js';
import type { Appendable } from '#contracts/record.js';
import { newDeliveryId } from '#engine/ingest/delivery-id.js';
import type { Source } from '#engine/ingest/source.js';
import { store } from '#engine/ingest/store.js';
import { storedRequest } from '#engine/ingest/stored-request.js';
import { takingOf } from '#engine/ingest/taking.js';
import type { Log } from '#engine/log/log.js';
import { sealInput } from '#engine/sealing/input-codec.js';
import type { Runtime } from '#platform/runtime/runtime.js';
import { sendgrid } from '#providers/sendgrid.js';
import type { BenchWorkspace } from '../world/workspace.js';
import type { LoadEvent } from './campaign.js';
import { addressOf } from './people.js';

const SETTINGS = { scheme: 'none', keys: [] };

export class Recorder {
  constructor(
    private readonly runtime: Pick<Runtime, 'workspaceKeys' | 'clock' | 'topics'>,
    private readonly workspace: BenchWorkspace,
  ) {}

  /** All records of one request with these events: its engagements, and the request itself. */
  async delivery(events: readonly LoadEvent[]): Promise<readonly Appendable[]> {
    const { workspaceKeys, clock, topics } = this.runtime;
    const { id: workspaceId, sourceId, path } = this.workspace;
    const receivedAt = clock();
    const body = Buffer.from(`${JSON.stringify(events)}\r\n`);
    const headers = { 'content-type': 'application/json', 'user-agent': 'SendGrid Event API', host: '127.0.0.1:18080' };
    const request: ProviderRequest = { method: 'POST', url: `http://127.0.0.1:18080/ingest/${path}`, headers, body };
    const taking = takingOf(sendgrid.normalise(request, SETTINGS), body);
    if (taking === null || taking.quarantined.length > 0) throw new Error('the load is not understood');
    const known = { name: 'sendgrid', provider: 'sendgrid', state: 'active' } as const;
    const source: Source = { id: sourceId, workspaceId, path, settings: SETTINGS, ...known };
    const raw = { about: storedRequest(request, SETTINGS, path), body };
    const log = new Overheard();
    const received = { source, deliveryId: newDeliveryId(receivedAt), receivedAt, raw };
    await store({ keys: workspaceKeys, log, topics }, received, taking, 1_000);
    return log.records;
  }

  /** The same without the request. */
  async engagements(events: readonly LoadEvent[]): Promise<readonly Appendable[]> {
    const { engagements } = this.runtime.topics;
    return (await this.delivery(events)).filter(({ topic }) => topic === engagements);
  }

  /** The contact of this rank as a CRM would have it, before the first event. */
  async contact(rank: number): Promise<Appendable> {
    const { workspaceKeys, clock, topics } = this.runtime;
    const workspaceId = this.workspace.id;
    const identity = { kind: 'email', value: addressOf(rank) };
    const input: ContactUpsertInput = {
      type: 'contact_upsert',
      v: 1,
      data: { firesRules: false },
      pii: { identity, set: { first_name: `First ${rank}` }, owner: `owner-${rank % 20}@sales.example` },
    };
    const at = clock();
    const key = subjectOf(await workspaceKeys.secret(workspaceId), identity);
    const id = deriveId('bench contact', workspaceId, rank);
    const address = { topic: topics.engagements, key, workspaceId, id, at };
    return sealInput(input, address, await workspaceKeys.daily(workspaceId, at, 'engagements'));
  }
}

/** A log that only says what it was given. */
class Overheard implements Log {
  records: readonly Appendable[] = [];

  async append(records: readonly Appendable[]): Promise<[]> {
    this.records = records;
    return [];
  }

  partitions(): never {
    throw new Error('nothing is read here');
  }

  consume(): never {
    throw new Error('nothing is read here');
  }

  async close(): Promise<void> {}
}
