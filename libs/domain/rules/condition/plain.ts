/** A value that a condition saw, as JSON for the record: integers as numbers, maps as objects, long text cut. */
import type { Json } from '#contracts/json.js';

const MAX_TEXT = 500;
const MAX_ITEMS = 50;

export function plain(value: unknown): Json {
  switch (typeof value) {
    case 'bigint':
      return Number(value);
    case 'string':
      return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
    case 'number':
    case 'boolean':
      return value;
    default:
      if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map(plain);
      if (value instanceof Map) {
        return Object.fromEntries([...value].slice(0, MAX_ITEMS).map(([name, one]) => [String(name), plain(one)]));
      }
      return null;
  }
}
