/**
 * HMAC-SHA256 (RFC 2104) as two one-call hashes over a key padded once. OpenSSL sets up a MAC anew for each message, which costs ten
 * times as much as the hashing, and ingest needs three for each engagement.
 */
import { createHash, hash } from 'node:crypto';

const BLOCK = 64;
const DIGEST = 32;

interface Padded {
  readonly inner: Buffer;
  readonly outer: Buffer;
}

const padded = new WeakMap<Buffer, Padded>();

/** Hex. `key` must not be changed afterwards: its padded form is kept as long as the buffer lives. */
export function hmacSha256(key: Buffer, text: string): string {
  const { inner, outer } = padsOf(key);
  const message = Buffer.allocUnsafe(BLOCK + Buffer.byteLength(text));
  inner.copy(message);
  message.write(text, BLOCK);
  const both = Buffer.allocUnsafe(BLOCK + DIGEST);
  outer.copy(both);
  both.write(hash('sha256', message, 'hex'), BLOCK, 'hex');
  return hash('sha256', both, 'hex');
}

function padsOf(key: Buffer): Padded {
  const known = padded.get(key);
  if (known !== undefined) return known;
  const short = key.length > BLOCK ? createHash('sha256').update(key).digest() : key;
  const pads = { inner: Buffer.alloc(BLOCK, 0x36), outer: Buffer.alloc(BLOCK, 0x5c) };
  for (const pad of [pads.inner, pads.outer])
    short.forEach((byte, index) => {
      pad[index] = (pad[index] as number) ^ byte;
    });
  padded.set(key, pads);
  return pads;
}
