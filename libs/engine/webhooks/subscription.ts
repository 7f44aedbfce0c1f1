/** A subscription to changes, as its sender sees it, and what it tells of its attempts. */
import type { Uuid } from '#contracts/ids.js';
import type { TargetName } from '#engine/effects/effect.js';

/** What a subscription is told where. */
export interface Receiver {
  readonly url: string;
  /** The newest first; the one before it too while it is rotated. */
  readonly secrets: readonly string[];
  readonly state: 'active' | 'paused' | 'disabled';
  /** Milliseconds: after repeated failures nothing is sent before; null: it may be. */
  readonly holdUntil: number | null;
}

export interface Tried {
  readonly effectId: Uuid;
  readonly contactId: Uuid;
  /** From 1. */
  readonly attempt: number;
  /** Of the answer; null: there was none. */
  readonly status: number | null;
  /** A code; null: it was delivered. */
  readonly reason: string | null;
  readonly tookMs: number;
}

export interface Receivers {
  /** Null when there is none. Rejects with WorldError when the database is away. */
  load(workspaceId: Uuid, webhookId: Uuid): Promise<Receiver | null>;
  /** Notes an attempt, and holds or disables the subscription by what follows from it. Rejects with WorldError. */
  tried(workspaceId: Uuid, webhookId: Uuid, tried: Tried): Promise<void>;
}

/** The target of a subscription's effects. */
export function targetOf(webhookId: Uuid): TargetName {
  return `webhook:${webhookId}`;
}

/** Hours for which a change is tried, unless the subscription says otherwise. */
export const RETRY_HOURS = 72;
/** Failures in a row from which on a receiver is asked less often. */
export const FAILURES_BORNE = 5;
/** The first pause then, doubling with each failure, and the longest. */
export const HOLD_MS = { first: 5_000, longest: 600_000 } as const;
/** After nothing but failures for so long it is disabled. */
export const DISABLED_AFTER_MS = 3 * 24 * 3_600_000;
