/** Deterministic ids. Everything stored is named by a hash of what caused it, never by chance, so a replay gives the same rows. */
import { hash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { hmacSha256 } from './hmac.js';

/** A 128-bit id in the text form of a UUID (lower case, hyphens). */
export type Uuid = string;

/** Length-prefixes every part, so that ('ab','c') and ('a','bc') differ. */
function frame(parts: readonly (string | number)[]): string {
  let text = '';
  for (const part of parts) {
    const value = String(part);
    text += `${Buffer.byteLength(value)}:${value};`;
  }
  return text;
}

const VARIANT = ['8', '9', 'a', 'b'] as const;

/** Writes the first 128 bits of a hash (hex) as a version 8 UUID (RFC 9562: the bits are ours). */
function uuidOf(hex: string): Uuid {
  const variant = VARIANT[Number.parseInt(hex.charAt(16), 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** SHA-256 over length-prefixed parts, cut to a UUID. The first part names what the id is of. */
export function deriveId(...parts: readonly (string | number)[]): Uuid {
  return uuidOf(hash('sha256', frame(parts), 'hex'));
}

/** Id of an input as an alias hands it on to its owner. */
export function forwardId(inputId: Uuid, owner: Uuid): Uuid {
  return deriveId('forward', inputId, owner);
}

/** HMAC-SHA256 under the workspace's secret over length-prefixed parts, cut to a UUID: no one without the secret can test a guess. */
export function keyedId(secret: Buffer, ...parts: readonly (string | number)[]): Uuid {
  return uuidOf(hmacSha256(secret, frame(parts)));
}

/** Trimmed, NFC, lower case whole, domain in punycode; +tags and dots are kept. Null when it is no address at all. */
export function normaliseEmail(raw: string): string | null {
  const text = raw.trim().normalize('NFC').toLowerCase();
  const at = text.lastIndexOf('@');
  if (at <= 0 || at === text.length - 1 || /\s/.test(text)) return null;
  const domain = domainToASCII(text.slice(at + 1));
  return domain === '' ? null : `${text.slice(0, at)}@${domain}`;
}

/** What a subject is made of: an e-mail address, or an object id of a provider or of the CRM (`hubspot:PORTAL`, `external`, …). */
export interface Identity {
  readonly kind: string;
  readonly value: string;
}

/** The log key of an identity. A person's first subject is their contactId for ever. */
export function subjectOf(workspaceSecret: Buffer, identity: Identity): Uuid {
  return keyedId(workspaceSecret, 'subject', identity.kind, identity.value);
}
