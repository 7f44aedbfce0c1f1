/** Cuts the raw text of elements out of a JSON body, so that quarantine keeps exactly what was sent. */
import { skipString } from './json-scan.js';

const isSpace = (text: string, at: number): boolean => at < text.length && text.charCodeAt(at) <= 32;

function skipSpace(text: string, at: number): number {
  let next = at;
  while (isSpace(text, next)) next += 1;
  return next;
}

/** Index just after the value that begins at `start` (also when it is cut off). */
function skipValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; ) {
    const sign = text.charAt(at);
    if (sign === '"') {
      at = skipString(text, at);
      if (depth === 0) return at;
      continue;
    }
    if (sign === '{' || sign === '[') depth += 1;
    else if (sign === '}' || sign === ']') {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (sign === ',' || isSpace(text, at))) return at;
    at += 1;
  }
  return text.length;
}

/** Where the value of the top-level member `name` begins; the last one wins, as in JSON.parse. -1 when there is none. */
function findMember(text: string, name: string): number {
  let found = -1;
  let at = skipSpace(text, 0);
  if (text.charAt(at) !== '{') return found;
  at = skipSpace(text, at + 1);
  while (text.charAt(at) === '"') {
    const end = skipString(text, at);
    const key = text.slice(at + 1, end - 1);
    at = skipSpace(text, end);
    if (text.charAt(at) !== ':') return found;
    at = skipSpace(text, at + 1);
    if (key === name) found = at;
    at = skipSpace(text, skipValue(text, at));
    if (text.charAt(at) !== ',') return found;
    at = skipSpace(text, at + 1);
  }
  return found;
}

/**
 * Raw texts of the elements of the top-level array, or of the array that is the top-level member `inside`
 * (`{"data":[…]}`). Empty when there is no such array. Never throws, whatever the text is.
 */
export function cutElements(source: Buffer | string, inside?: string): readonly string[] {
  const raw = typeof source === 'string' ? source : source.toString('utf8');
  const text = raw.charCodeAt(0) === 0xfeff ? raw.slice(1) : raw;
  let at = inside === undefined ? skipSpace(text, 0) : findMember(text, inside);
  if (at < 0 || text.charAt(at) !== '[') return [];
  const elements: string[] = [];
  at = skipSpace(text, at + 1);
  while (at < text.length && text.charAt(at) !== ']') {
    const end = skipValue(text, at);
    elements.push(text.slice(at, end));
    at = skipSpace(text, end);
    if (text.charAt(at) !== ',') break;
    at = skipSpace(text, at + 1);
  }
  return elements;
}
