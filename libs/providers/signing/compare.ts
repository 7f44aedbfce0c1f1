/** Constant-time comparison. Unequal lengths are a plain false: `timingSafeEqual` would throw. */
import { createHash, timingSafeEqual } from 'node:crypto';

export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Compares two secrets as text; hashing first hides their lengths too. */
export function sameText(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
