/** Secrets made here, for schemes whose secret the receiver chooses; the other providers issue one that is then entered. */
import { randomBytes } from 'node:crypto';

const KEY_BYTES = 32;
const STANDARD_WEBHOOKS_BYTES = 24;

const MAKERS: Readonly<Record<string, () => string>> = {
  'generic-hmac': () => randomBytes(KEY_BYTES).toString('base64url'),
  'standard-webhooks-v1': () => `whsec_${randomBytes(STANDARD_WEBHOOKS_BYTES).toString('base64')}`,
  'http-basic': () => `afterclick:${randomBytes(KEY_BYTES).toString('base64url')}`,
  bearer: () => randomBytes(KEY_BYTES).toString('base64url'),
  header: () => randomBytes(KEY_BYTES).toString('base64url'),
};

/** A new key for this scheme; null where the provider issues it, and for unsigned sources. */
export function newKey(scheme: string): string | null {
  return Object.hasOwn(MAKERS, scheme) ? (MAKERS[scheme]?.() ?? null) : null;
}

/** The unguessable part of a source's URL: 192 random bits. */
export function newPath(): string {
  return randomBytes(24).toString('base64url');
}
