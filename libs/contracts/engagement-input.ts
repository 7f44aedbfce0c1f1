/** An engagement as an input, and as it is kept where it was recorded. Stored contract, as inputs.ts is. */
import type { Actor, Engagement, EngagementType } from './engagement.js';
import type { Identity, Uuid } from './ids.js';

/** A one-time token and the body that came with it, each as an HMAC under the workspace's secret. A token is good for one body. */
export interface ReplayClaim {
  readonly token: Uuid;
  readonly body: Uuid;
}

/** One canonical engagement of one delivery, keyed by the subject of its recipient. */
export interface EngagementInput {
  readonly type: 'engagement';
  readonly v: 1;
  readonly data: {
    readonly engagement: EngagementType;
    readonly provider: string;
    readonly sourceId: Uuid;
    readonly deliveryId: Uuid;
    readonly index: number;
    /** Milliseconds; null when the payload has no time. Unclamped: decide clamps. */
    readonly occurredAt: number | null;
    /** Milliseconds: when ingest received the delivery; the hour of the books. */
    readonly receivedAt: number;
    /** De-duplication keys: HMAC(workspace secret, contract's composite), the documented one first. */
    readonly keys: readonly Uuid[];
    readonly actor?: Actor;
    readonly actorDerived?: boolean;
    /** Who acted is as the provider says: no rules of ours judge it (a source's wish). */
    readonly actorAsSaid?: boolean;
    readonly scope?: string;
    readonly ambiguous?: boolean;
    /** Its request was signed by a one-time token alone, whose memory was away: judged where the engagement is applied. */
    readonly replay?: ReplayClaim;
    /** Laid down from a provider's export: fires no rule. */
    readonly imported?: boolean;
    /** Subject of the provider's object id that the payload names beside the address: of the same person. */
    readonly alias?: Uuid;
    /** Subject of the address, where an alias forwarded it: the key it came under. */
    readonly subject?: Uuid;
  };
  readonly pii: EngagementPii;
}

/** Everything of an engagement that is personal or free text. `identity` is what the key is the subject of. */
export interface EngagementPii
  extends Omit<Engagement, 'type' | 'occurredAt' | 'actor' | 'actorDerived' | 'scope' | 'ambiguous'> {
  readonly identity: { readonly kind: string; readonly value: string };
  /** What `data.alias` is the subject of. */
  readonly alias?: Identity;
}
