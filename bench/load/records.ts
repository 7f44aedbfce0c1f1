/** The load as it stands on the log: verified requests normalised and sealed, as ingest makes them. */
import { deriveId, subjectOf } from '#contracts/ids.js';
import type { ContactUpsertInput } from '#contracts/inputs.js';
import type { Appendable } from '#contracts/record.js';
import { newDeliveryId } from '#engine/ingest/delivery-id.js';
import { type DeliveryContext, engagementRecord } from '#engine/ingest/engagement-record.js';
import type { Source } from '#engine/ingest/source.js';
import { sealInput } from '#engine/sealing/input-codec.js';
import type { Runtime } from '#platform/runtime/runtime.js';
import { sendgrid } from '#providers/sendgrid.js';
import type { BenchWorkspace } from '../world/workspace.js';
import type { LoadEvent, Sent } from './campaign.js';
import { addressOf } from './people.js';

export class Recorder {
  private constructor(
    private readonly runtime: Runtime,
    private readonly workspace: BenchWorkspace,
    private readonly secret: Buffer,
  ) {}

  static async of(runtime: Runtime, workspace: BenchWorkspace): Promise<Recorder> {
    return new Recorder(runtime, workspace, await runtime.workspaceKeys.secret(workspace.id));
  }

  /** One delivery with these events. */
  async delivery(sent: readonly Sent[]): Promise<Appendable[]> {
    const { workspaceKeys, clock, topics } = this.runtime;
    const receivedAt = clock();
    const source: Source = {
      id: this.workspace.sourceId,
      workspaceId: this.workspace.id,
      path: this.workspace.path,
      name: 'sendgrid',
      provider: 'sendgrid',
      state: 'active',
      settings: { scheme: 'none', keys: [] },
    };
    const delivery: DeliveryContext = {
      source,
      deliveryId: newDeliveryId(receivedAt),
      receivedAt,
      secret: this.secret,
      key: await workspaceKeys.daily(this.workspace.id, receivedAt),
      topics,
    };
    return normalised(sent.map(({ event }) => event)).map((one, ordinal) => engagementRecord(delivery, one, ordinal));
  }

  /** The contact of this rank as a CRM would have it, before the first event. */
  async contact(rank: number): Promise<Appendable> {
    const { workspaceKeys, clock, topics } = this.runtime;
    const identity = { kind: 'email', value: addressOf(rank) };
    const input: ContactUpsertInput = {
      type: 'contact_upsert',
      v: 1,
      data: { firesRules: false },
      pii: {
        identity,
        set: { first_name: `First ${rank}` },
        owner: `owner-${rank % 20}@sales.example`,
      },
    };
    const at = clock();
    const workspaceId = this.workspace.id;
    const address = {
      topic: topics.engagements,
      key: subjectOf(this.secret, identity),
      workspaceId,
      id: deriveId('bench contact', workspaceId, rank),
      at,
    };
    return sealInput(input, address, await workspaceKeys.daily(workspaceId, at));
  }
}

function normalised(events: readonly LoadEvent[]) {
  const headers = { 'content-type': 'application/json' };
  const request = { method: 'POST', url: '', headers, body: Buffer.from(JSON.stringify(events)) };
  const outcome = sendgrid.normalise(request, { scheme: 'none', keys: [] });
  if (outcome.outcome !== 'accept' || outcome.unreadable.length > 0) throw new Error('the load is not understood');
  return outcome.engagements;
}
