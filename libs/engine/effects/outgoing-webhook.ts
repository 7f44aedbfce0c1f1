/** Where a workspace wants its effects posted to, one endpoint a workspace. */
import type { Uuid } from '#contracts/ids.js';

export interface OutgoingWebhook {
  readonly url: string;
  /** `whsec_` and the base64 of the key. */
  readonly secret: string;
  readonly state: 'active' | 'paused';
}

export interface OutgoingWebhooks {
  /** Null when the workspace has none. Rejects with WorldError when they are away. */
  load(workspaceId: Uuid): Promise<OutgoingWebhook | null>;
}
