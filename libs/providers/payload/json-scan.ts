/** Walks JSON text without building values. Positions are UTF-16 offsets; the text need not be valid. */

const QUOTE = 34;
const BACKSLASH = 92;

/** Index just after the string that opens at `start`; the text's length when it never closes. */
export function skipString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let before = quote - 1;
    while (before > start && text.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((quote - 1 - before) % 2 === 0) return quote + 1;
  }
  return text.length;
}

const isNumberPart = (code: number): boolean =>
  (code >= 48 && code <= 57) || code === 45 || code === 43 || code === 46 || code === 69 || code === 101;

export interface JsonShape {
  /** How deep arrays and objects are nested. */
  readonly depth: number;
  /** Spans [start, end) of number values that a double cannot hold. */
  readonly wideNumbers: readonly (readonly [number, number])[];
}

/** One pass over the text: its depth, and the numbers whose digits `JSON.parse` would change. */
export function scanJson(text: string): JsonShape {
  let depth = 0;
  let deepest = 0;
  /** Last significant character: a number counts as a value only after `[`, `,`, `:` or at the start. */
  let before = ':';
  const wideNumbers: [number, number][] = [];
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = skipString(text, at);
      before = '"';
      continue;
    }
    if (code === 45 || (code >= 48 && code <= 57)) {
      const start = at;
      while (at < text.length && isNumberPart(text.charCodeAt(at))) at += 1;
      if (at - start > 4 && '[,:'.includes(before) && isWide(text.slice(start, at))) wideNumbers.push([start, at]);
      before = '0';
      continue;
    }
    if (code === 123 || code === 91) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (code === 125 || code === 93) depth -= 1;
    if (code > 32) before = text.charAt(at);
    at += 1;
  }
  return { depth: deepest, wideNumbers };
}

/** An integer beyond 2^53, or a number beyond the doubles (which would become Infinity). */
function isWide(digits: string): boolean {
  if (digits.length < 16 && !digits.includes('e') && !digits.includes('E')) return false;
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(digits)) return false;
  const value = Number(digits);
  return /^-?\d+$/.test(digits) ? !Number.isSafeInteger(value) : !Number.isFinite(value);
}
