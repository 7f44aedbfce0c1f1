import { deriveId } from '#contracts/ids.js';
import type { ContactRow } from '#contracts/read-models.js';
import { searchOf, wordsAsked } from '#engine/projection/search.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { createPool, type Pool } from '../../pool.js';
import { bind } from '../../statement.js';
import { statementsOn } from '../statements.js';
import { READ } from '../tables.js';
import { type ContactFilter, type ContactSort, contactCursor, contactList, listContacts } from './contact-list.js';

const [WORKSPACE, OTHER] = [deriveId('workspace'), deriveId('other workspace')];
const CONTACTS = 30_000;
const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const TYPES = ['delivered', 'opened', 'clicked'];

/** Contact n: what is rare is one in 3,000, what is common is half of them. */
function contact(workspaceId: string, n: number): ContactRow {
  const isRare = n % 3_000 === 7;
  const isCommon = n % 2 === 0;
  const lastEngagement = isRare ? 'complaint' : n % 10 === 9 ? null : (TYPES[n % 3] as string);
  const scopes = isRare ? ['all'] : n % 3_000 === 8 ? ['list:news'] : [];
  return {
    workspaceId,
    contactId: deriveId(workspaceId, n),
    email: `user${n}@example${n % 50}.com`,
    attributes: {
      first_name: isRare ? 'Zoë' : `Name${n % 300}`,
      plan: isCommon ? 'free' : isRare ? 'enterprise' : 'pro',
      ...(isRare ? { renewal: '2027-01-01', teams: ['sales', 'ops'] } : {}),
    },
    tags: [...(isCommon ? ['common'] : []), ...(isRare ? ['rare'] : [])].sort(),
    score: isRare ? 1_000 + n : n % 100,
    stage: isCommon ? 'lead' : isRare ? 'customer' : 'subscriber',
    owner: isRare ? 'sam@sales.example.com' : null,
    suppressed: isRare,
    suppressedScopes: scopes,
    engagements: 1,
    lastEngagement,
    lastEngagementAt: lastEngagement === null ? null : START + (n % 10_000) * MINUTE,
    linkedTo: null,
    aliases: [],
    addresses: {},
    identities: [],
    erased: false,
    timeZone: null,
    consent: {},
    deleted: false,
    createdAt: START,
    updatedAt: START + Math.floor(n / 4) * MINUTE,
    appliedVersion: 1,
  };
}

describe('the list of contacts', () => {
  let database: TestDatabase;
  let pool: Pool;
  const all = Array.from({ length: CONTACTS }, (_, n) => contact(WORKSPACE, n));

  beforeAll(async () => {
    database = await testDatabase();
    pool = createPool(database.url, { role: 'test' });
    const { upsert } = statementsOn(READ);
    const rows = [...all, ...all.map((_, n) => contact(OTHER, n))];
    for (let first = 0; first < rows.length; first += 5_000) {
      const some = rows.slice(first, first + 5_000);
      await pool.query(bind(upsert.contact, READ.contact.values(some)));
      await pool.query(bind(upsert.contactSearch, READ.contactSearch.values(some.map(searchOf))));
    }
    await pool.query('vacuum (analyze) read.contact, read.contact_search');
  }, 120_000);
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  const plan = async ({ text, values }: { text: string; values: unknown[] }): Promise<string> => {
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };
  const page = (sort: ContactSort = '-updated', limit = 51) => ({ sort, after: null, limit });
  const isRare = ({ tags }: ContactRow) => tags.includes('rare');
  const at = (minutes: number) => START + minutes * MINUTE;

  it.each<readonly [string, ContactFilter, string, (row: ContactRow) => boolean]>([
    ['everybody', {}, 'contact_updated', () => true],
    ['what changed lately', { updatedSince: at(7_000) }, 'contact_updated', (row) => row.updatedAt >= at(7_000)],
    ['an address', { email: 'user42@example42.com' }, 'contact_email', ({ email }) => email === 'user42@example42.com'],
    [
      'the beginning of an address',
      { emailPrefix: 'user424' },
      'contact_email',
      ({ email }) => /^user424/.test(email ?? ''),
    ],
    ['a rare word of a name', { words: wordsAsked('ZOE') }, 'contact_search_words', isRare],
    [
      'part of an address',
      { words: wordsAsked('ser2999@') },
      'contact_search_words',
      ({ email }) => /ser2999@/.test(email ?? ''),
    ],
    ['a common word', { words: wordsAsked('example') }, 'contact_updated', () => true],
    [
      'two words',
      { words: wordsAsked('name77 example27') },
      'contact_search_words',
      ({ email, attributes }) => /example27/.test(email ?? '') && attributes['first_name'] === 'Name77',
    ],
    ['a rare tag', { tags: ['rare'] }, 'contact_search_facets', isRare],
    ['a common tag', { tags: ['common'] }, 'contact_updated', ({ tags }) => tags.includes('common')],
    [
      'a rare value of an attribute',
      { attributes: [{ name: 'plan', is: 'enterprise' }] },
      'contact_search_facets',
      ({ attributes }) => attributes['plan'] === 'enterprise',
    ],
    [
      'a common value of an attribute',
      { attributes: [{ name: 'plan', is: 'free' }] },
      'contact_updated',
      ({ attributes }) => attributes['plan'] === 'free',
    ],
    [
      'another value of an attribute',
      { attributes: [{ name: 'plan', isNot: 'free' }] },
      'contact_updated',
      ({ attributes }) => attributes['plan'] !== 'free',
    ],
    ['one of a list', { attributes: [{ name: 'teams', is: 'ops' }] }, 'contact_search_facets', isRare],
    ['an attribute that few have', { attributes: [{ name: 'renewal', has: true }] }, 'contact_search_facets', isRare],
    [
      'an attribute that most lack',
      { attributes: [{ name: 'renewal', has: false }] },
      'contact_updated',
      (row) => !isRare(row),
    ],
    ['a rare stage', { stage: 'customer' }, 'contact_search_facets', isRare],
    ['a common stage', { stage: 'lead' }, 'contact_updated', ({ stage }) => stage === 'lead'],
    ['an owner', { owner: 'sam@sales.example.com' }, 'contact_search_facets', isRare],
    ['a score that few reach', { minScore: 1_000 }, 'contact_score', isRare],
    ['a score that many reach', { minScore: 50 }, 'contact_updated', ({ score }) => score >= 50],
    [
      'few scores',
      { minScore: 99, maxScore: 99, stage: 'customer' },
      'contact_search_facets',
      (row) => row.score === 99 && isRare(row),
    ],
    ['the suppressed', { suppressed: true }, 'contact_search_facets', isRare],
    ['those who are not', { suppressed: false }, 'contact_updated', (row) => !isRare(row)],
    [
      'a scope',
      { suppressedScope: 'list:news' },
      'contact_search_facets',
      (row) => row.suppressedScopes.includes('list:news'),
    ],
    ['a rare last engagement', { lastEngagement: 'complaint' }, 'contact_engaged_by', isRare],
    [
      'a common last engagement',
      { lastEngagement: 'clicked' },
      'contact_updated',
      (row) => row.lastEngagement === 'clicked',
    ],
    [
      'who engaged lately',
      { engagedSince: at(9_990) },
      'contact_engaged',
      (row) => (row.lastEngagementAt ?? 0) >= at(9_990),
    ],
    [
      'who last engaged long ago',
      { engagedBefore: at(10) },
      'contact_engaged',
      (row) => row.lastEngagementAt !== null && row.lastEngagementAt < at(10),
    ],
    ['who never engaged', { lastEngagement: null }, 'contact_updated', (row) => row.lastEngagement === null],
    [
      'who clicked last, long ago',
      { lastEngagement: 'clicked', engagedBefore: at(20) },
      'contact_engaged_by',
      (row) => row.lastEngagement === 'clicked' && (row.lastEngagementAt ?? 0) < at(20),
    ],
  ])('%s: found by index, and no table is read whole', async (_, filter, index, fits) => {
    const shown = await plan(contactList(WORKSPACE, filter, page()));
    expect(shown).toContain(index);
    expect(shown).not.toContain('Seq Scan');
    const rows = await listContacts(pool, WORKSPACE, filter, page('-updated', CONTACTS));
    expect(rows.map(({ contactId }) => contactId).sort()).toEqual(
      all
        .filter(fits)
        .map(({ contactId }) => contactId)
        .sort(),
    );
  });

  it.each<readonly [ContactSort, string, (row: ContactRow) => number]>([
    ['-updated', 'contact_updated', (row) => -row.updatedAt],
    ['updated', 'contact_updated', (row) => row.updatedAt],
    ['-score', 'contact_score', (row) => -row.score],
    ['score', 'contact_score', (row) => row.score],
    ['-engaged', 'contact_engaged', (row) => -(row.lastEngagementAt ?? 0)],
    ['engaged', 'contact_engaged', (row) => row.lastEngagementAt ?? 0],
  ])(
    'in the order %s it is walked by index, without losing or repeating a row of many alike',
    async (sort, index, value) => {
      const walked: ContactRow[] = [];
      for (let after: ReturnType<typeof contactCursor> | null = null; walked.length < 6_000; ) {
        const asked = { sort, after, limit: 1_000 };
        const shown = await plan(contactList(WORKSPACE, {}, { ...asked, limit: 51 }));
        expect(shown).toContain(index);
        expect(shown).not.toMatch(/Seq Scan|Sort/);
        const rows = await listContacts(pool, WORKSPACE, {}, asked);
        walked.push(...rows);
        after = contactCursor(sort, rows.at(-1) as ContactRow);
      }
      expect(new Set(walked.map(({ contactId }) => contactId)).size).toBe(6_000);
      const values = walked.map(value);
      expect(values).toEqual(values.toSorted((a, b) => a - b));
      expect(values).toEqual(
        all
          .map(value)
          .sort((a, b) => a - b)
          .slice(0, 6_000),
      );
    },
  );

  it('shows those of one workspace, and no alias', async () => {
    const [first] = all as [ContactRow];
    const { upsert } = statementsOn(READ);
    const alias = { ...first, contactId: deriveId('alias'), linkedTo: first.contactId };
    await pool.query(bind(upsert.contact, READ.contact.values([alias])));
    await pool.query(bind(upsert.contactSearch, READ.contactSearch.values([searchOf(alias)])));
    const found = await listContacts(pool, WORKSPACE, { words: wordsAsked('user0@example0') }, page());
    expect(found.map(({ contactId }) => contactId)).toEqual([first.contactId]);
  });

  it('finds short words by their beginning, and wildcards as they stand', async () => {
    const count = async (q: string) => (await listContacts(pool, WORKSPACE, { words: wordsAsked(q) }, page())).length;
    expect(await count('zo')).toBe(10);
    expect(await count('oe')).toBe(0);
    expect(await count('user_%')).toBe(0);
    expect(await count('zo\\')).toBe(0);
  });
});
