/** What may be asked of the list of contacts, and the filter it becomes: one for the API and the pages. */
import { z } from 'zod';
import {
  type AttributeWish,
  CONTACT_SORTS,
  type ContactCursor,
  type ContactFilter,
  type ContactSort,
} from '#adapters/postgres/read-models/queries/contact-list.js';
import type { TimelineCursor } from '#adapters/postgres/read-models/queries/timeline.js';
import { ENGAGEMENT_TYPES } from '#contracts/engagement.js';
import { normaliseEmail } from '#contracts/ids.js';
import { MAX_NAME } from '#domain/contact/wish/contact-wish.js';
import { wordsAsked } from '#engine/projection/search.js';
import { decodeCursor } from '#platform/http/cursor.js';
import { invalid } from '#platform/http/validation.js';
import { id, paging, timeAsked, truth, whole } from '../openapi/fields.js';
import { email, LONGEST_ADDRESS } from './contact-schemas.js';

const MOST = 10;
const MOST_WORDS = 10;
const SCORE = 1e12;
const CUSTOM = /^custom\.[^\s]{1,100}$/;

const words = z
  .string()
  .max(200)
  .transform(wordsAsked)
  .refine((found) => found.length > 0, 'Expected a word of an address or a name')
  .refine((found) => found.length <= MOST_WORDS, `Expected at most ${MOST_WORDS} words`);

const engagement = z
  .string()
  .refine(
    (type) => type === 'none' || CUSTOM.test(type) || ENGAGEMENT_TYPES.some((one) => one === type),
    `Expected none, custom.NAME or one of ${ENGAGEMENT_TYPES.join(', ')}`,
  );

const attribute = z
  .string()
  .max(1_000)
  .transform((text, context): AttributeWish => {
    const wish = attributeWish(text);
    if (typeof wish !== 'string') return wish;
    context.addIssue({ code: 'custom', message: wish });
    return z.NEVER;
  });

/** A parameter that may be repeated. */
function several<Item extends z.ZodType<unknown, string>>(item: Item) {
  return z
    .union([z.array(z.string()), z.string()])
    .transform((given) => (Array.isArray(given) ? given : [given]))
    .pipe(z.array(item).max(MOST, `Expected at most ${MOST} of them`));
}

export const contactsAsked = z
  .strictObject({
    ...paging,
    q: words
      .optional()
      .describe('Words, or parts of them, of address and name: each must be there. Accents and case do not matter.'),
    email: email
      .optional()
      .describe('Exactly this address, however it is written: any that a contact was met under finds it.'),
    external_id: z.string().min(1).max(MAX_NAME).optional().describe('The id of the contact in the CRM.'),
    email_prefix: z.string().min(1).max(LONGEST_ADDRESS).optional().describe('Addresses that begin so.'),
    tag: several(z.string().min(1)).optional().describe('May be repeated: all of them.'),
    attribute: several(attribute)
      .optional()
      .describe(
        'NAME=VALUE, NAME!=VALUE, NAME (it has one) or !NAME (it has none). Of a list each value counts. May be repeated: all of them.',
      ),
    stage: z.string().min(1).optional(),
    owner: z.string().min(1).optional(),
    min_score: whole(-SCORE, SCORE).optional(),
    max_score: whole(-SCORE, SCORE).optional(),
    suppressed: truth.optional().describe('For everything.'),
    suppressed_scope: z
      .string()
      .regex(/^(?:all|(?:group|list):[^\s]+)$/, 'Expected all, group:ID or list:ID')
      .optional()
      .describe('For this scope: all, group:ID or list:ID.'),
    last_engagement: engagement.optional().describe('Type of the last engagement, or none.'),
    engaged_since: timeAsked.optional().describe('Last engaged at or after this time.'),
    engaged_before: timeAsked
      .optional()
      .describe('Last engaged before this time. Who never engaged is found by last_engagement=none.'),
    updated_since: timeAsked
      .optional()
      .describe(
        'Changed at or after this time. The list then runs from the oldest change to the newest, unless sort says else.',
      ),
    sort: z
      .enum(CONTACT_SORTS, `Expected one of ${CONTACT_SORTS.join(', ')}`)
      .optional()
      .describe('By last change (the default, newest first), score or last engagement; with - from the highest.'),
  })
  .superRefine(oneIsNamed)
  .superRefine(spansFit);

/** Two names of one contact may name two. */
export function oneIsNamed(
  {
    email: address,
    external_id: external,
  }: { readonly email?: string | undefined; readonly external_id?: string | undefined },
  context: z.RefinementCtx,
): void {
  if (address !== undefined && external !== undefined)
    context.addIssue({ code: 'custom', path: ['external_id'], message: 'Give email or external_id, not both' });
}

interface Spans {
  readonly min_score?: number | undefined;
  readonly max_score?: number | undefined;
  readonly engaged_since?: number | undefined;
  readonly engaged_before?: number | undefined;
}

/** A span that nobody can be in is refused: of a list and of an export alike. */
export function spansFit(asked: Spans, context: z.RefinementCtx): void {
  const { min_score: min, max_score: max, engaged_since: since, engaged_before: before } = asked;
  const complain = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
  if (min !== undefined && max !== undefined && min > max)
    complain('min_score', 'It is above max_score: nobody can be found');
  if (since !== undefined && before !== undefined && since >= before)
    complain('engaged_since', 'It is not before engaged_before: nobody can be found');
}

export type ContactsAsked = z.output<typeof contactsAsked>;

/** `plan=pro`, `plan!=pro`, `plan`, `!plan` → what is wished; else what is wrong with it. */
export function attributeWish(text: string): AttributeWish | string {
  const range = /^[^=!<>]+(?:<=|>=|<|>)/.exec(text);
  if (range)
    return `${range[0]} asks for a range: attributes are found by equality; write NAME=VALUE, NAME!=VALUE, NAME or !NAME`;
  const [, name = '', not, value] = /^([^=]*?)(!?)=([\s\S]*)$/.exec(text) ?? [];
  if (value !== undefined) {
    if (name === '') return 'The name is missing: write NAME=VALUE';
    return not === '' ? { name, is: value } : { name, isNot: value };
  }
  const has = !text.startsWith('!');
  const asked = has ? text : text.slice(1);
  return asked === '' ? 'Expected NAME=VALUE, NAME!=VALUE, NAME or !NAME' : { name: asked, has };
}

export function filterOf(asked: Omit<ContactsAsked, 'limit' | 'cursor' | 'sort'>): ContactFilter {
  return {
    email: asked.email === undefined ? undefined : (normaliseEmail(asked.email) ?? undefined),
    // Addresses are stored in lower case; a prefix is no address yet, so only that much of it is normalised.
    emailPrefix: asked.email_prefix?.trim().normalize('NFC').toLowerCase(),
    words: asked.q,
    tags: asked.tag,
    attributes: asked.attribute,
    stage: asked.stage,
    owner: asked.owner,
    minScore: asked.min_score,
    maxScore: asked.max_score,
    suppressed: asked.suppressed,
    suppressedScope: asked.suppressed_scope,
    lastEngagement: asked.last_engagement === 'none' ? null : asked.last_engagement,
    engagedSince: asked.engaged_since,
    engagedBefore: asked.engaged_before,
    updatedSince: asked.updated_since,
  };
}

export function sortOf({ sort, updated_since: since }: Pick<ContactsAsked, 'sort' | 'updated_since'>): ContactSort {
  return sort ?? (since === undefined ? '-updated' : 'updated');
}

const LAST_TIME = 8.64e15;

/** Throws a 400 that names `query.cursor` on what no list of this order made. */
export function cursorOf(cursor: string | undefined, sort: ContactSort): ContactCursor | null {
  const after = decodeCursor<ContactCursor>(cursor, ['string', 'number', 'string']);
  if (after === null) return null;
  const [of, value, contactId] = after;
  const isValue = Number.isSafeInteger(value) && (value === Number.MIN_SAFE_INTEGER || Math.abs(value) <= LAST_TIME);
  if (of === sort && isValue && id.safeParse(contactId).success) return after;
  throw invalid('query', [
    {
      field: 'query.cursor',
      problem: 'This is a cursor of a list in another order: use it with the same filters and sort',
    },
  ]);
}

/** Throws a 400 that names `query.cursor` on what no timeline made. */
export function timelineCursorOf(cursor: string | undefined): TimelineCursor | null {
  const after = decodeCursor<TimelineCursor>(cursor, ['number', 'string', 'number']);
  if (after === null) return null;
  const [at, contactId, version] = after;
  const isPlace = Number.isSafeInteger(at) && Math.abs(at) <= LAST_TIME && version >= 0 && version <= 2_147_483_647;
  if (isPlace && Number.isInteger(version) && id.safeParse(contactId).success) return after;
  throw invalid('query', [
    { field: 'query.cursor', problem: 'This is no cursor of a timeline: use `next` of its last page, unchanged' },
  ]);
}
