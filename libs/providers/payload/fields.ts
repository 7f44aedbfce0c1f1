/** Readers that take a payload's member whatever its type turns out to be. None throws; absent is null, [] or undefined. */
import type { Json, JsonObject } from '#contracts/json.js';
import { readJson } from './json.js';

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object, or an empty one. */
export function object(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** The value as a list: an array as it is, absent or null as none, anything else as a list of one. */
export function list(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value as Json];
}

/** The member at a path of names (own members only; a number steps into an array). */
export function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  let here: Json | undefined = value;
  for (const step of path) {
    if (typeof step === 'number') here = Array.isArray(here) ? here[step] : undefined;
    else here = isObject(here) && Object.hasOwn(here, step) ? here[step] : undefined;
  }
  return here;
}

/** A string, trimmed, or a number written out; null when absent, blank or of another type. */
export function text(value: Json | undefined): string | null {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return null;
  const trimmed = value.trim();
  return trimmed === '' ? null : trimmed;
}

/** As `text`, but with its spaces: for free text that is kept as it was sent. */
export function rawText(value: Json | undefined): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/** The first of several values that is a text. */
export function firstText(...values: readonly (Json | undefined)[]): string | null {
  for (const value of values) {
    const found = text(value);
    if (found !== null) return found;
  }
  return null;
}

/** A string or an array of strings (numbers written out); everything else is left out. */
export function textList(value: Json | undefined): readonly string[] {
  return list(value).flatMap((element) => text(element) ?? []);
}

/** The same list, or undefined when it is empty: for optional members. */
export function filled<T>(values: readonly T[]): readonly T[] | undefined {
  return values.length === 0 ? undefined : values;
}

/** An object, or undefined when it has no members: for optional members. */
export function filledObject(value: Json | undefined): JsonObject | undefined {
  return isObject(value) && Object.keys(value).length > 0 ? value : undefined;
}

/** An object given as it is or as a JSON text; undefined when it is neither or empty. */
export function objectOrJson(value: Json | undefined): JsonObject | undefined {
  if (typeof value !== 'string') return filledObject(value);
  const reading = readJson(value);
  return reading.ok ? filledObject(reading.value) : undefined;
}

/** true, "true", 1 and "1"; false likewise; undefined when it says neither. */
export function flag(value: Json | undefined): boolean | undefined {
  if (value === true || value === 1 || value === '1' || value === 'true') return true;
  if (value === false || value === 0 || value === '0' || value === 'false') return false;
  return undefined;
}
