/** Builds what a normaliser gives back, and the loop over a batch's elements. */
import type { Engagement } from '#contracts/engagement.js';
import type { Json } from '#contracts/json.js';
import type { Normalised, NormalisedEngagement, Unreadable } from '../provider.js';
import { type BatchElement, storableText } from './json.js';
import { cutElements } from './json-elements.js';

/** The same members, each allowed to be undefined. */
export type Loose<T> = { readonly [Name in keyof T]: T[Name] | undefined };

/** Members an engagement always has. */
type Required = Pick<
  Engagement,
  'type' | 'providerEventType' | 'recipient' | 'providerEventId' | 'providerMessageId' | 'occurredAt'
>;

/** The engagement without its undefined members. */
export function engaged(fields: Required & Loose<Engagement>): Engagement {
  return withoutUndefined(fields) as Engagement;
}

/** The object without its undefined members. */
export function withoutUndefined<T extends object>(fields: Loose<T>): T {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) kept[name] = value;
  return kept as T;
}

/** An engagement with its de-duplication keys, before it has its place in the body. */
export type Keyed = Omit<NormalisedEngagement, 'index'>;

/** What one element gives: engagements (none: nothing to record), or the reason why it cannot be understood. */
export type ElementReading = readonly Keyed[] | string;

/** `accept` with nothing in it: an empty batch that is an ordinary delivery. */
export const nothing: Normalised = { outcome: 'accept', engagements: [], unreadable: [] };

export const malformed = (error: string): Normalised => ({ outcome: 'reject', kind: 'malformed', error });

/**
 * Reads each element on its own, so that a bad one is quarantined and the good ones pass. When none can be understood
 * the whole body is malformed. `source` is the JSON text they stand in, `inside` the member that holds the array.
 */
export function normaliseElements(
  elements: readonly BatchElement[],
  read: (value: Json, index: number) => ElementReading,
  source: Buffer | string,
  inside?: string,
): Normalised {
  const engagements: NormalisedEngagement[] = [];
  const failures: { readonly index: number; readonly reason: string; readonly value: Json | undefined }[] = [];
  for (const { index, value } of elements) {
    const reading = value === undefined ? 'nested too deep' : read(value, index);
    if (typeof reading === 'string') failures.push({ index, reason: reading, value });
    else for (const keyed of reading) engagements.push({ ...keyed, index });
  }
  const [first] = failures;
  if (first !== undefined && failures.length === elements.length) return malformed(first.reason);
  const pieces = failures.length === 0 ? [] : cutElements(source, inside);
  const unreadable = failures.map(
    ({ index, reason, value }): Unreadable => ({
      index,
      reason,
      raw: storableText(pieces[index] ?? JSON.stringify(value)),
    }),
  );
  return { outcome: 'accept', engagements, unreadable };
}

/** A body that is one element. */
export function normaliseOne(reading: ElementReading): Normalised {
  if (typeof reading === 'string') return malformed(reading);
  return { outcome: 'accept', engagements: reading.map((keyed) => ({ ...keyed, index: 0 })), unreadable: [] };
}
