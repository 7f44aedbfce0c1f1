/** Engagements on the log, sealed as ingest seals them. */
import { deriveId, subjectOf, type Uuid } from '#contracts/ids.js';
import type { EngagementInput, Input, ReplayClaim } from '#contracts/inputs.js';
import type { LogRecord } from '#contracts/record.js';
import { sealInput } from '#engine/sealing/input-codec.js';
import type { WorkspaceKeys } from '#engine/sealing/sealing.js';

export const T0 = Date.UTC(2026, 10, 10, 9);
export const ENGAGEMENTS = 'engagements.g1';

/** An id for a name: the same in every run. */
export const idOf = (name: string): Uuid => deriveId('test', name);

export interface EngagementWish {
  readonly workspaceId: Uuid;
  readonly contact: string;
  /** What makes it this engagement and not another: its first de-duplication key. */
  readonly nonce: string;
  readonly type?: EngagementInput['data']['engagement'];
  readonly reason?: string;
  /** Milliseconds; default T0. */
  readonly at?: number;
  readonly sourceId?: Uuid;
  readonly replay?: ReplayClaim;
}

export const emailOf = (contact: string): string => `${contact}.private@example.org`;

export function engagement(wish: EngagementWish): EngagementInput {
  const at = wish.at ?? T0;
  const email = emailOf(wish.contact);
  return {
    type: 'engagement',
    v: 1,
    data: {
      engagement: wish.type ?? 'clicked',
      provider: 'generic',
      sourceId: wish.sourceId ?? idOf('source'),
      deliveryId: idOf(`delivery ${wish.nonce}`),
      index: 0,
      occurredAt: at,
      receivedAt: at,
      keys: [deriveId('key', wish.workspaceId, wish.contact, wish.nonce)],
      ...(wish.replay === undefined ? {} : { replay: wish.replay }),
    },
    pii: {
      identity: { kind: 'email', value: email },
      providerEventType: wish.type ?? 'clicked',
      recipient: email,
      providerEventId: wish.nonce,
      providerMessageId: null,
      url: 'https://secret.example.com/pricing',
      ip: '203.0.113.77',
      ...(wish.reason === undefined ? {} : { reason: wish.reason }),
    },
  };
}

export interface RecordPlace {
  readonly partition: number;
  readonly position: number;
  readonly at?: number;
}

/** The contact's id: the subject of its address. */
export async function contactIdOf(keys: WorkspaceKeys, workspaceId: Uuid, contact: string): Promise<Uuid> {
  return subjectOf(await keys.secret(workspaceId), { kind: 'email', value: emailOf(contact) });
}

/** An input of a contact as a record; `name` makes its id. */
export async function inputRecord(
  keys: WorkspaceKeys,
  input: Input,
  of: { readonly workspaceId: Uuid; readonly key: Uuid | null; readonly name: string },
  { partition, position, at = T0 }: RecordPlace,
): Promise<LogRecord> {
  const address = { topic: ENGAGEMENTS, key: of.key, workspaceId: of.workspaceId, id: idOf(of.name), at };
  const record = sealInput(input, address, await keys.daily(of.workspaceId, at, 'engagements'));
  return { ...record, partition, position };
}
