/** Text that Postgres can show: a payload may hold NUL and half characters, which no text or jsonb column takes. */
import type { Json, JsonObject } from '#contracts/json.js';

/** The value with NUL and lone surrogates replaced by U+FFFD, also in names; the very same value when it has none. */
export function cleanText(value: JsonObject): JsonObject {
  // JSON.stringify escapes both, and only them and other control characters, so that most values are told apart by one search.
  return JSON.stringify(value).includes('\\u') ? (cleaned(value) as JsonObject) : value;
}

function cleaned(value: Json | undefined): Json {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\uFFFD');
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [cleaned(name), cleaned(member)]));
}
