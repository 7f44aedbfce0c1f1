/** From the elements of a verified body to the outcome of the whole: one bad element never spoils the others. */
import type { Json, JsonObject } from '#contracts/json.js';
import type { Normalised, NormalisedEngagement, Unreadable } from '../provider.js';
import { isObject } from './fields.js';
import { readBatch, readJson } from './json.js';
import { cutElements } from './json-elements.js';

/** What one element gave: engagements (none: it means nothing to us) or, as text, why it could not be understood. */
export type ElementReading = readonly Omit<NormalisedEngagement, 'index'>[] | string;
export type ReadElement = (element: JsonObject) => ElementReading;

/** A body that is one JSON object. */
export function normaliseObject(body: Buffer, read: ReadElement): Normalised {
  const reading = readJson(body);
  if (!reading.ok) return malformed(reading.error);
  if (!isObject(reading.value)) return malformed('the body is not a JSON object');
  return outcomeOf([reading.value], read, () => [body.toString('utf8')]);
}

/** A body that is a JSON array of objects, or one object alone. */
export function normaliseBatch(body: Buffer, read: ReadElement): Normalised {
  const reading = readBatch(body);
  if (!reading.ok) return malformed(reading.error);
  const [first] = reading.elements;
  if (!reading.isArray && !isObject(first?.value)) return malformed('the body is neither a JSON array nor an object');
  const values = reading.elements.map(({ value }) => value);
  return outcomeOf(values, read, () => (reading.isArray ? cutElements(body) : [body.toString('utf8')]));
}

/** The outcome of a list of elements. `raws`: their own texts, asked for only when one has to be quarantined. */
export function outcomeOf(
  elements: readonly (Json | undefined)[],
  read: ReadElement,
  raws: () => readonly string[],
): Normalised {
  const engagements: NormalisedEngagement[] = [];
  const unreadable: Unreadable[] = [];
  let texts: readonly string[] | undefined;
  elements.forEach((element, index) => {
    const reading = isObject(element) ? read(element) : 'the element is not a JSON object';
    if (typeof reading !== 'string') {
      for (const one of reading) engagements.push({ ...one, index });
      return;
    }
    texts ??= raws();
    unreadable.push({ index, raw: texts[index] ?? JSON.stringify(element ?? null), reason: reading });
  });
  if (engagements.length > 0) return { outcome: 'accept', engagements, unreadable };
  const [first] = unreadable;
  return first === undefined ? { outcome: 'ignore', reason: 'nothing in it to record' } : malformed(first.reason);
}

export const malformed = (error: string, status?: number): Normalised =>
  status === undefined
    ? { outcome: 'reject', kind: 'malformed', error }
    : { outcome: 'reject', kind: 'malformed', error, status };
