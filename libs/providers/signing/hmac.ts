/** HMAC over raw bytes, against any of several keys, compared in constant time. */
import { createHmac, type KeyObject } from 'node:crypto';
import { sameBytes } from './compare.js';

export type MacEncoding = 'hex' | 'base64' | 'base64url';

const FORMS: Readonly<Record<MacEncoding, RegExp>> = {
  hex: /^(?:[0-9a-f]{2})+$/i,
  base64: /^[A-Za-z0-9+/]+={0,2}$/,
  base64url: /^[A-Za-z0-9_-]+={0,2}$/,
};

/** The bytes of a MAC as written in a header; null when it is garbled. */
export function decodeMac(written: string, encoding: MacEncoding): Buffer | null {
  return FORMS[encoding].test(written) ? Buffer.from(written, encoding) : null;
}

/** True when `mac` is the HMAC of the parts, one after the other, with any of the keys. */
export function macMatches(
  algorithm: string,
  keys: readonly (string | KeyObject)[],
  parts: readonly (string | Buffer)[],
  mac: Buffer | null,
): boolean {
  if (mac === null) return false;
  let isMatch = false;
  for (const key of keys) {
    const hmac = createHmac(algorithm, key);
    for (const part of parts) hmac.update(part);
    isMatch = sameBytes(hmac.digest(), mac) || isMatch;
  }
  return isMatch;
}
