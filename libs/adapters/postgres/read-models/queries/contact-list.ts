/**
 * Contacts as people look for them. Texts are put together by what is asked, so that each is planned for the index that fits: what is
 * rare is found by its index and sorted, what is common is met on a walk in the order of the list.
 */
import type { PoolClient } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import type { ContactRow } from '#contracts/read-models.js';
import { facet } from '#engine/projection/search.js';
import type { Pool } from '../../pool.js';
import { query } from '../../transaction.js';
import { type Names, namesOf, PRESENT_CONTACT, scoresExpire, scoreToday } from './present-names.js';

/** What is asked of an attribute; `value` as text. */
export type AttributeWish =
  | { readonly name: string; readonly is: string }
  | { readonly name: string; readonly isNot: string }
  | { readonly name: string; readonly has: boolean };

export interface ContactFilter {
  /** Normalised address, whole. */
  readonly email?: string | undefined;
  /** This contact; with an address: or the one that has it as its first. */
  readonly contactId?: Uuid | null | undefined;
  /** Beginning of a normalised address. */
  readonly emailPrefix?: string | undefined;
  /** Words of address and name, as wordsAsked gives them: each must be there, those of fewer than three letters as a word's beginning. */
  readonly words?: readonly string[] | undefined;
  /** All of them. */
  readonly tags?: readonly string[] | undefined;
  readonly attributes?: readonly AttributeWish[] | undefined;
  readonly stage?: string | undefined;
  readonly owner?: string | undefined;
  readonly minScore?: number | undefined;
  readonly maxScore?: number | undefined;
  /** For everything. */
  readonly suppressed?: boolean | undefined;
  /** A scope that is suppressed: all, group:ID or list:ID. */
  readonly suppressedScope?: string | undefined;
  /** Type of the last engagement; null: there was none. */
  readonly lastEngagement?: string | null | undefined;
  /** Time of the last engagement, milliseconds: at or after, before. */
  readonly engagedSince?: number | undefined;
  readonly engagedBefore?: number | undefined;
  /** Milliseconds, inclusive. */
  readonly updatedSince?: number | undefined;
}

/** By the last change, the score, or the last engagement (who never engaged before all others); `-`: from the highest. */
export const CONTACT_SORTS = ['-updated', 'updated', '-score', 'score', '-engaged', 'engaged'] as const;
export type ContactSort = (typeof CONTACT_SORTS)[number];

/** Sort, value and contactId of the last contact of the page before. */
export type ContactCursor = readonly [ContactSort, number, Uuid];

export interface ContactPage {
  readonly sort: ContactSort;
  readonly after: ContactCursor | null;
  readonly limit: number;
}

/** An address as its index holds it. */
const INDEXED_LENGTH = 200;
const NEVER = Number.MIN_SAFE_INTEGER;
const ENGAGED = `coalesce(t.last_engagement_at, '-infinity')`;

const WITH_SEARCH = `join read.contact_search s on s.workspace_id = t.workspace_id and s.contact_id = t.contact_id`;

const SORTED = { updated: 't.updated_at', score: 't.score', engaged: ENGAGED } as const;

/** At most `limit` contacts after the cursor. Aliases are left out, for their contact is there, and those deleted. */
export async function listContacts(
  pool: Pool,
  workspaceId: Uuid,
  filter: ContactFilter,
  page: ContactPage,
): Promise<readonly ContactRow[]> {
  const { rows } = await query<ContactRow>(
    pool,
    contactList(workspaceId, filter, page, await listContext(pool, workspaceId, filter, page.sort)),
  );
  return rows;
}

/** What a list is written by, beside what is asked. */
export interface ListContext {
  /** Of attributes that were renamed. */
  readonly names: Names;
  /** Points of some contact expire: scores are compared as they are today. */
  readonly expires: boolean;
}

/** Asks only what this filter and order need to know. Rejects with WorldError. */
export async function listContext(
  on: Pool | PoolClient,
  workspaceId: Uuid,
  { attributes = [], minScore, maxScore }: ContactFilter,
  sort: ContactSort,
): Promise<ListContext> {
  const names = await namesOf(
    on,
    workspaceId,
    attributes.map(({ name }) => name),
  );
  const byScore = minScore !== undefined || maxScore !== undefined || keyOf(sort) === 'score';
  return { names, expires: byScore && (await scoresExpire(on, workspaceId)) };
}

/** Where a page ends. */
export function contactCursor(sort: ContactSort, row: ContactRow): ContactCursor {
  const value = { updated: row.updatedAt, score: row.score, engaged: row.lastEngagementAt ?? NEVER }[keyOf(sort)];
  return [sort, value, row.contactId];
}

/** The statement of a list, for its plan to be looked at. */
export function contactList(
  workspaceId: Uuid,
  filter: ContactFilter,
  { sort, after, limit }: ContactPage,
  { names, expires }: ListContext = { names: new Map(), expires: false },
): { text: string; values: unknown[] } {
  const values: unknown[] = [workspaceId];
  const given = (value: unknown): string => `$${values.push(value)}`;
  const score = expires ? scoreToday('t') : SORTED.score;
  const key = { ...SORTED, score }[keyOf(sort)];
  const [order, beyond] = sort.startsWith('-') ? ['desc', '<'] : ['asc', '>'];
  const search = ofSearch(filter, names, given);
  const where = [
    ...['t.workspace_id = $1', 't.linked_to is null', 'not t.deleted'],
    ...ofContact(filter, score, given),
    ...search,
    ...(after === null ? [] : [`(${key}, t.contact_id) ${beyond} (${given(boundOf(after))}, ${given(after[2])})`]),
  ];
  const from = search.length === 0 ? 'read.contact t' : `read.contact t\n${WITH_SEARCH}`;
  const text = `select ${PRESENT_CONTACT} from ${from}
where ${where.join(' and ')}
order by ${key} ${order}, t.contact_id ${order}
limit ${given(limit)}`;
  return { text, values };
}

function keyOf(sort: ContactSort): keyof typeof SORTED {
  return sort.replace('-', '') as keyof typeof SORTED;
}

function boundOf([sort, value]: ContactCursor): unknown {
  if (keyOf(sort) === 'score') return value;
  return value === NEVER ? '-infinity' : new Date(value);
}

type Given = (value: unknown) => string;

/** `score`: how the score of `t` is written. */
function ofContact(filter: ContactFilter, score: string, given: Given): string[] {
  const { email, contactId, emailPrefix, minScore, maxScore, suppressed, lastEngagement } = filter;
  const { engagedSince, engagedBefore, updatedSince } = filter;
  const where: string[] = [];
  const keys: string[] = [];
  if (email !== undefined)
    keys.push(
      `left(t.email, ${INDEXED_LENGTH}) = left(${given(email)}, ${INDEXED_LENGTH}) and t.email = ${given(email)}`,
    );
  // Null: the key asked for leads to nobody.
  if (contactId !== undefined && (contactId !== null || email === undefined))
    keys.push(`t.contact_id = ${given(contactId)}`);
  if (keys.length > 0) where.push(`(${keys.join(' or ')})`);
  if (emailPrefix !== undefined)
    where.push(`left(t.email, ${INDEXED_LENGTH}) like ${given(`${literal(emailPrefix.slice(0, INDEXED_LENGTH))}%`)}`);
  if (minScore !== undefined) where.push(`${score} >= ${given(minScore)}`);
  if (maxScore !== undefined) where.push(`${score} <= ${given(maxScore)}`);
  if (suppressed !== undefined) where.push(`t.suppressed = ${given(suppressed)}`);
  if (lastEngagement === null) where.push(`${ENGAGED} = '-infinity'`);
  else if (lastEngagement !== undefined) where.push(`t.last_engagement = ${given(lastEngagement)}`);
  if (engagedSince !== undefined) where.push(`${ENGAGED} >= ${given(new Date(engagedSince))}`);
  if (engagedBefore !== undefined)
    where.push(`${ENGAGED} > '-infinity' and ${ENGAGED} < ${given(new Date(engagedBefore))}`);
  if (updatedSince !== undefined) where.push(`t.updated_at >= ${given(new Date(updatedSince))}`);
  return where;
}

function ofSearch(filter: ContactFilter, names: Names, given: Given): string[] {
  const wishes = filter.attributes ?? [];
  const renamed = wishes.filter(({ name }) => names.has(name));
  const { has, hasNot } = facetsOf({ ...filter, attributes: wishes.filter((wish) => !renamed.includes(wish)) });
  return [
    ...renamed.map((wish) => ofRenamed(wish, names.get(wish.name) ?? [], given)),
    ...(has.length === 0 ? [] : [`s.facets @> ${given(has)}::text[]`]),
    ...(hasNot.length === 0 ? [] : [`not s.facets && ${given(hasNot)}::text[]`]),
    ...(filter.words ?? []).map((word) => `s.words like ${given(pattern(word))}`),
  ];
}

/** The value stands under the first of the names under which there is one. */
function ofRenamed(wish: AttributeWish, names: readonly string[], given: Given): string {
  const any = (of: readonly string[]) => `s.facets && ${given(of.map(facet.has))}::text[]`;
  if ('has' in wish) return wish.has ? any(names) : `not ${any(names)}`;
  const value = 'is' in wish ? wish.is : wish.isNot;
  const each = names.map((name, place) => {
    const here = `s.facets @> ${given([facet.is(name, value)])}::text[]`;
    return place === 0 ? here : `(${here} and not ${any(names.slice(0, place))})`;
  });
  return `${'is' in wish ? '' : 'not '}(${each.join(' or ')})`;
}

function facetsOf({ tags = [], attributes = [], stage, owner, suppressed, suppressedScope }: ContactFilter) {
  const has = [
    ...tags.map(facet.tag),
    ...(stage === undefined ? [] : [facet.stage(stage)]),
    ...(owner === undefined ? [] : [facet.owner(owner)]),
    // Beside the column, for its index.
    ...(suppressed === true ? [facet.scope('all')] : []),
    ...(suppressedScope === undefined ? [] : [facet.scope(suppressedScope)]),
  ];
  const hasNot: string[] = [];
  for (const wish of attributes) {
    if ('is' in wish) has.push(facet.is(wish.name, wish.is));
    else if ('isNot' in wish) hasNot.push(facet.is(wish.name, wish.isNot));
    else (wish.has ? has : hasNot).push(facet.has(wish.name));
  }
  return { has, hasNot };
}

/** Three letters make a trigram; fewer make one with the space before them. */
function pattern(word: string): string {
  return word.length < 3 ? `% ${literal(word)}%` : `%${literal(word)}%`;
}

/** As `like` takes it. */
function literal(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
