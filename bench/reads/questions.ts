/** What the clients ask: a contact, its timeline, lists by each kind of filter; and the same as the read model's own queries take it. */
import { createHash } from 'node:crypto';
import type { ContactFilter, ContactSort } from '#adapters/postgres/read-models/queries/contact-list.js';
import type { Uuid } from '#contracts/ids.js';
import { wordsAsked } from '#engine/projection/search.js';

export const KINDS = ['contact_by_id', 'timeline', 'list_filter'] as const;
export type Kind = (typeof KINDS)[number];

/** Rows of a timeline's page and of a list's. */
export const PAGE = 50;

export interface ListQuestion {
  readonly query: string;
  readonly filter: ContactFilter;
  readonly sort: ContactSort;
}

const list = (query: string, filter: ContactFilter, sort: ContactSort = '-updated'): ListQuestion => ({
  query,
  filter,
  sort,
});

/** By what filled.ts lays down: rare ones are one contact in 10,000, common ones a half. */
export const LISTS: readonly ListQuestion[] = [
  list('', {}),
  list('tag=rare', { tags: ['rare'] }),
  list('tag=common', { tags: ['common'] }),
  list('stage=customer', { stage: 'customer' }),
  list('stage=lead', { stage: 'lead' }),
  list('owner=sam@sales.example.com', { owner: 'sam@sales.example.com' }),
  list('attribute=plan%3Denterprise', { attributes: [{ name: 'plan', is: 'enterprise' }] }),
  list('attribute=plan%3Dfree&tag=common', { attributes: [{ name: 'plan', is: 'free' }], tags: ['common'] }),
  list('q=zoe', { words: wordsAsked('zoe') }),
  list('q=name77%20example27', { words: wordsAsked('name77 example27') }),
  list('email_prefix=user4242', { emailPrefix: 'user4242' }),
  list('min_score=1000', { minScore: 1_000 }),
  list('min_score=50&sort=-score', { minScore: 50 }, '-score'),
  list('suppressed=true', { suppressed: true }),
  list('last_engagement=complaint', { lastEngagement: 'complaint' }),
  list('last_engagement=clicked&sort=engaged', { lastEngagement: 'clicked' }, 'engaged'),
];

/** Contact n of those that were laid down. */
export function contactId(n: number): Uuid {
  const hex = createHash('md5').update(`contact ${n}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** `at`: of any number, the same again for the same number. */
export function pathOf(kind: Kind, at: number, contacts: number): string {
  const id = contactId((at * 7_919) % contacts);
  if (kind === 'contact_by_id') return `/v1/contacts/${id}`;
  if (kind === 'timeline') return `/v1/contacts/${id}/timeline?limit=${PAGE}`;
  const { query } = LISTS[at % LISTS.length] as ListQuestion;
  return `/v1/contacts?limit=${PAGE}${query === '' ? '' : `&${query}`}`;
}
