/** Bodies that are one JSON object, or a JSON array of them, read element by element. */
import type { JsonObject } from '#contracts/json.js';
import type { Normalised } from '../provider.js';
import { type ElementReading, malformed, normaliseElements, normaliseOne } from './engaged.js';
import { isObject } from './fields.js';
import { type BatchElement, readBatch, readJson } from './json.js';

export type ReadObject = (element: JsonObject) => ElementReading;

/** A body that is one JSON object; an element that gives nothing is a request to ignore. */
export function normaliseObject(body: Buffer, read: ReadObject): Normalised {
  const reading = readJson(body);
  if (!reading.ok) return malformed(reading.error);
  if (!isObject(reading.value)) return malformed('the body is not a JSON object');
  return orIgnore(normaliseOne(read(reading.value)));
}

/** A body that is a JSON array of objects or one object alone; an empty array is ignored. */
export function normaliseBatch(body: Buffer, read: ReadObject): Normalised {
  const reading = readBatch(body);
  if (!reading.ok) return malformed(reading.error);
  if (!reading.isArray && !isObject(reading.elements[0]?.value))
    return malformed('the body is neither array nor object');
  return normaliseObjects(reading.elements, read, reading.isArray ? body : '');
}

/** Elements that have to be objects. `source` and `inside`: where their own texts are cut out for quarantine. */
export function normaliseObjects(
  elements: readonly BatchElement[],
  read: ReadObject,
  source: Buffer | string,
  inside?: string,
): Normalised {
  const readElement = (value: BatchElement['value']): ElementReading =>
    isObject(value) ? read(value) : 'the element is not a JSON object';
  return orIgnore(normaliseElements(elements, readElement, source, inside));
}

/** Nothing to record and nothing that failed: a ping, a test event, an empty batch. */
function orIgnore(normalised: Normalised): Normalised {
  const isBare = normalised.outcome === 'accept' && normalised.engagements.length + normalised.unreadable.length === 0;
  return isBare ? { outcome: 'ignore', reason: 'nothing in it to record' } : normalised;
}
