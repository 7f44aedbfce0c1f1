/** Chance that repeats itself: the same seed gives the same load on every machine. */

/** Numbers in [0, 1). Source: mulberry32 by Tommy Ettinger, in the public domain. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `length` hex digits. */
export function hexOf(random: () => number, length: number): string {
  let hex = '';
  while (hex.length < length)
    hex += Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return hex.slice(0, length);
}
