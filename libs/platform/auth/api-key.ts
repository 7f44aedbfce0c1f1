/** API keys: 256 random bits, shown once, stored as a SHA-256. A slow hash would add nothing to that many random bits. */
import { createHash, randomBytes } from 'node:crypto';
import type { Uuid } from '#contracts/ids.js';

/** What a key may do. `admin` may do everything. */
export const SCOPES = [
  'admin',
  'read:contacts',
  'write:contacts',
  'write:events',
  'read:notifications',
  'write:notifications',
  'read:suppressions',
  'write:suppressions',
  'read:rules',
  'write:rules',
  'read:sources',
  'write:sources',
  'read:webhooks',
  'write:webhooks',
  'read:operations',
  'write:operations',
] as const;

export type Scope = (typeof SCOPES)[number];

/** Who calls: one key of one workspace. */
export interface Caller {
  readonly keyId: Uuid;
  readonly keyName: string;
  readonly workspaceId: Uuid;
  readonly scopes: readonly string[];
}

export interface ApiKeyDirectory {
  /** The caller of a key by its hash; null when it is unknown, expired or revoked. */
  find(hash: Buffer): Promise<Caller | null>;
}

const FORM = /^ack_[A-Za-z0-9_-]{43}$/;

/** A new key: its text (shown once), what is stored, and the prefix by which people tell keys apart. */
export function createApiKey(): { readonly text: string; readonly hash: Buffer; readonly prefix: string } {
  const key = `ack_${randomBytes(32).toString('base64url')}`;
  return { text: key, hash: hashApiKey(key), prefix: key.slice(0, 10) };
}

export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** The key in `Authorization: Bearer KEY` (RFC 6750) or `X-Api-Key`; null when there is none or its form is wrong. */
export function apiKeyOf(headers: Readonly<Record<string, string | string[] | undefined>>): string | null {
  const bearer = /^Bearer (\S+)$/i.exec(String(headers.authorization ?? ''))?.[1];
  const key = bearer ?? headers['x-api-key'];
  return typeof key === 'string' && FORM.test(key) ? key : null;
}

export function allows(caller: Caller, scope: Scope): boolean {
  return caller.scopes.includes('admin') || caller.scopes.includes(scope);
}
