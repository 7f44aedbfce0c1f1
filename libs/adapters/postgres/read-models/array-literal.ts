/** Array literals for bulk statements: pg's own writer escapes every element, most of ours need none. */
import type { Json } from '#contracts/json.js';

/** `{a,b,NULL}` of values whose text has no blank, comma, brace, quote or backslash: ids, numbers, booleans, ISO times. */
export function plainArray(values: readonly (string | number | boolean | null)[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : value)).join(',')}}`;
}

/** `{"a","b",NULL}` of any text. */
export function textArray(values: readonly (string | null)[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : quoted(value))).join(',')}}`;
}

/** JSON of any shape; null stands for the SQL null, not for JSON's. */
export function jsonArray(values: readonly (Json | null)[]): string {
  return textArray(values.map((value) => (value === null ? null : JSON.stringify(value))));
}

/** Milliseconds as timestamps. */
export function timeArray(values: readonly (number | null)[]): string {
  return plainArray(values.map((value) => (value === null ? null : new Date(value).toISOString())));
}

function quoted(text: string): string {
  return text.includes('"') || text.includes('\\') ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;
}
