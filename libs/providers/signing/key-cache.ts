/** Keys and certificates are parsed once: parsing costs more than a verification. */
import { createSecretKey, type KeyObject } from 'node:crypto';

const MOST_KEYS = 1_000;

/** A cache of parsed keys by their text; a text that cannot be parsed gives null (and is remembered as such). */
export function keyCache(parse: (text: string) => KeyObject): (text: string) => KeyObject | null {
  const parsed = new Map<string, KeyObject | null>();
  return (text) => {
    const known = parsed.get(text);
    if (known !== undefined) return known;
    if (parsed.size >= MOST_KEYS) parsed.clear();
    const key = attempt(() => parse(text));
    parsed.set(text, key);
    return key;
  };
}

/** A secret of bytes. Throws on none at all: a MAC under it could be made by anybody. An HMAC under a Buffer takes five times as long. */
export function secretOf(bytes: Buffer): KeyObject {
  if (bytes.length === 0) throw new Error('the secret has no bytes');
  return createSecretKey(bytes);
}

/** null in place of an exception: node:crypto throws on every malformed key and signature. */
export function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
