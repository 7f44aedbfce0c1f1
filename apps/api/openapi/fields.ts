/** Building blocks of the schemas that check requests, describe answers and make the OpenAPI document. */
import { z } from 'zod';
import type { Json } from '#contracts/json.js';

/** An id in answers and addresses. */
export const id = z.guid('Expected an id such as 0197a3c2-5d6e-8f10-9a3b-4c5d6e7f8091').toLowerCase();

/** A time in answers: ISO 8601 in UTC, with milliseconds. */
export const time = z.string().meta({ format: 'date-time' });

/** A time in requests: ISO 8601 with an offset; milliseconds once checked. */
export const timeAsked = z.iso
  .datetime({ offset: true, error: 'Expected a time such as 2026-11-24T09:30:00Z' })
  .transform((text) => Date.parse(text));

export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

export function isoOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : iso(milliseconds);
}

/** A whole number in a query. Empty text is no number, as `?min_score=` is a mistake. */
export function whole(min: number, max: number) {
  const problem = `Expected a whole number from ${min} to ${max}`;
  return z.preprocess(
    (value) => (value === '' ? undefined : value),
    z.coerce.number(problem).int(problem).min(min, problem).max(max, problem),
  );
}

/** `true` or `false` in a query. */
export const truth = z.enum(['true', 'false'], 'Expected true or false').transform((text) => text === 'true');

/** How lists are walked. */
export const paging = {
  limit: whole(1, 200).default(50).describe('Most items of one page.'),
  cursor: z.string().max(2000).optional().describe('`next` of the page before.'),
};

/** One page of a list; `next` is null on the last one. */
export function page<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable().describe('`cursor` of the next page.') });
}

/** Any JSON value: what a parsed body holds is nothing else. */
export const anyJson = z.unknown() as z.ZodType<Json>;
/** A JSON object of any shape. */
export const anyObject = z.record(z.string(), z.unknown());
