/**
 * Sealing of personal data (engine.md 4.14): AES-256-GCM under a contact's key or a workspace's daily key; those are wrapped by the
 * master key. Sealed bytes are: 1 version byte (1) · 12 nonce · ciphertext · 16 tag; the additional data binds them to their place.
 */
import type { Uuid } from '#contracts/ids.js';
import type { Json } from '#contracts/json.js';

/** A data key in clear, only ever in memory. */
export interface DataKey {
  /** Seals JSON. `place` (event id, topic …) must be given again to open: bytes moved elsewhere do not open. */
  seal(value: Json, place: string): Buffer;
  /** Throws PoisonError when the bytes were changed, moved or sealed under another key. */
  open(sealed: Buffer, place: string): Json;
  /** Raw bytes, for request bodies. */
  sealBytes(value: Buffer, place: string): Buffer;
  openBytes(sealed: Buffer, place: string): Buffer;
}

/** Wraps and unwraps data keys and workspace secrets. */
export interface MasterKey {
  /** A new random data key and its wrapped form; `owner` (contact id, workspace and day) is bound to it. */
  create(owner: string): { readonly key: DataKey; readonly wrapped: Buffer };
  unwrap(wrapped: Buffer, owner: string): DataKey;
  wrapSecret(secret: Buffer, owner: string): Buffer;
  unwrapSecret(wrapped: Buffer, owner: string): Buffer;
}

/** What a daily key seals: each topic has its own, for each is destroyed after a retention of its own. */
export const DAY_PURPOSES = ['engagements', 'deliveries'] as const;
export type DayPurpose = (typeof DAY_PURPOSES)[number];

/** Daily keys of workspaces: made a week ahead, cached, destroyed after retention. */
export interface WorkspaceKeys {
  /** Key of the UTC day of `at` (milliseconds). Rejects when it was destroyed. */
  daily(workspaceId: Uuid, at: number, purpose: DayPurpose): Promise<DataKey>;
  /** The secret under which subjects and de-duplication keys are made; never rotates. */
  secret(workspaceId: Uuid): Promise<Buffer>;
}

/** Keys of contacts, made with a contact's first event, deleted by erasure. */
export interface ContactKeys {
  /** Keys of those that exist (an LRU cache in front of the table). Each use of one that does not open throws PoisonError. */
  load(workspaceId: Uuid, contactIds: readonly Uuid[]): Promise<ReadonlyMap<Uuid, DataKey>>;
}
