/** Lossless reading of JSON bodies: numbers a double cannot hold are kept as the text that was sent. */
import type { Json } from '#contracts/json.js';
import { cutElements } from './json-elements.js';
import { scanJson } from './json-scan.js';

export type JsonReading = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly error: string };

/** Deeper values are refused: whatever walks them later would do so on the stack. */
export const DEEPEST = 128;

const TOO_DEEP: JsonReading = { ok: false, error: `JSON nested deeper than ${DEEPEST}` };

/** The text of a body: UTF-8 (broken bytes become U+FFFD), without a byte order mark. */
export function bodyText(source: Buffer | string): string {
  const text = typeof source === 'string' ? source : source.toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/**
 * Reads a JSON text. Integers beyond ±2^53 and numbers beyond the doubles come out as strings of their own digits;
 * lone surrogates and NUL characters, which no database text can hold, come out as U+FFFD. Never throws.
 */
export function readJson(source: Buffer | string): JsonReading {
  const text = bodyText(source);
  const shape = scanJson(text);
  if (shape.depth > DEEPEST) return TOO_DEEP;
  try {
    const value: Json = JSON.parse(quoteSpans(text, shape.wideNumbers));
    return { ok: true, value: UNSTORABLE.test(text) ? storable(value) : value };
  } catch {
    return { ok: false, error: text.trim() === '' ? 'empty body' : 'not JSON' };
  }
}

function quoteSpans(text: string, spans: readonly (readonly [number, number])[]): string {
  if (spans.length === 0) return text;
  const pieces: string[] = [];
  let from = 0;
  for (const [start, end] of spans) {
    pieces.push(text.slice(from, start), '"', text.slice(start, end), '"');
    from = end;
  }
  return pieces.join('') + text.slice(from);
}

const UNSTORABLE = /\\u0000|\\u[dD][89a-fA-F]|[\ud800-\udfff]/;

/** The same text with what a database text cannot hold replaced by U+FFFD. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\u0000', '\ufffd');

/** The same value with every string (and member name) made storable. */
export function storable(value: Json): Json {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [storableText(name), inner === undefined ? null : storable(inner)]),
  );
}

/** One element of a batch: `value` is undefined where this element alone could not be read. */
export interface BatchElement {
  readonly index: number;
  readonly value: Json | undefined;
}

export type BatchReading =
  | { readonly ok: true; readonly elements: readonly BatchElement[]; readonly isArray: boolean }
  | { readonly ok: false; readonly error: string };

/**
 * Reads a body that is a batch: an array of elements, or a lone object taken as a batch of one. An element that is
 * nested too deep does not spoil the others. Never throws.
 */
export function readBatch(source: Buffer | string): BatchReading {
  const reading = readJson(source);
  if (reading.ok) {
    const isArray = Array.isArray(reading.value);
    const values: readonly Json[] = Array.isArray(reading.value) ? reading.value : [reading.value];
    return { ok: true, isArray, elements: values.map((value, index) => ({ index, value })) };
  }
  // A body that is no JSON is not guessed at: only depth is forgiven, and only of the elements that have it.
  const readings = reading === TOO_DEEP ? cutElements(source).map((piece) => readJson(piece)) : [];
  const isRest = readings.some(({ ok }) => ok) && readings.every((element) => element.ok || element === TOO_DEEP);
  if (!isRest) return reading;
  const elements = readings.map((element, index) => ({ index, value: element.ok ? element.value : undefined }));
  return { ok: true, isArray: true, elements };
}
