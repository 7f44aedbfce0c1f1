/** What the master key wraps of a subscription, each part bound to its place. */
import type { Uuid } from '#contracts/ids.js';
import type { MasterKey } from '#engine/sealing/sealing.js';

type Part = 'url' | 'secret';

const owner = (webhookId: Uuid, part: Part) => `webhook-${part}:${webhookId}`;

export function wrapped(master: MasterKey, text: string, webhookId: Uuid, part: Part): Buffer {
  return master.wrapSecret(Buffer.from(text), owner(webhookId, part));
}

export function opened(master: MasterKey, bytes: Buffer, webhookId: Uuid, part: Part): string {
  return master.unwrapSecret(bytes, owner(webhookId, part)).toString();
}
