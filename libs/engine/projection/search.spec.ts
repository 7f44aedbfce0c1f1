import { deriveId } from '#contracts/ids.js';
import type { ContactRow } from '#contracts/read-models.js';
import { searchChanges, searchOf, wordsAsked } from './search.js';

const ADA: ContactRow = {
  workspaceId: deriveId('workspace'),
  contactId: deriveId('ada'),
  email: 'ada@example.com',
  attributes: {
    first_name: 'Ada',
    last_name: 'Lovelace',
    seats: 12,
    vip: true,
    teams: ['ops', null, { a: 1 }],
    address: { city: 'London' },
  },
  tags: ['vip'],
  score: 3,
  stage: 'customer',
  owner: 'sam',
  suppressed: false,
  suppressedScopes: ['list:news'],
  engagements: 1,
  lastEngagement: null,
  lastEngagementAt: null,
  linkedTo: null,
  aliases: [],
  addresses: {},
  identities: [],
  erased: false,
  timeZone: null,
  consent: {},
  deleted: false,
  createdAt: 1,
  updatedAt: 1,
  appliedVersion: 1,
};

it('a contact is found by what it has, by value where that is plain, and by the words of address and name', () => {
  const { facets, words } = searchOf(ADA);
  expect(facets).toEqual([
    ...['has:address', 'has:first_name', 'has:last_name', 'has:seats', 'has:teams', 'has:vip'],
    ...['is:10:first_name:Ada', 'is:3:vip:true', 'is:5:seats:12', 'is:5:teams:ops', 'is:9:last_name:Lovelace'],
    ...['owner:sam', 'scope:list:news', 'stage:customer', 'tag:vip'],
  ]);
  expect(words).toBe(' ada@example.com ada lovelace');
});

it('names with a colon in them are not taken for one another', () => {
  const of = (attributes: ContactRow['attributes']) =>
    searchOf({ ...ADA, attributes }).facets.find((one) => one.startsWith('is:'));
  expect(of({ 'a:b': 'c' })).not.toBe(of({ a: 'b:c' }));
});

it('nothing is left of one that was erased or deleted, and an alias is found through its contact', () => {
  const erased = {
    ...ADA,
    email: null,
    attributes: {},
    tags: [],
    stage: null,
    owner: null,
    suppressedScopes: [],
    erased: true,
  };
  expect(searchOf(erased)).toMatchObject({ facets: [], words: '' });
  expect(searchOf({ ...ADA, linkedTo: deriveId('bob') })).toMatchObject({ facets: [], words: '' });
  expect(searchOf({ ...ADA, deleted: true })).toMatchObject({ facets: [], words: '' });
});

it('is written when something changed that it is found by, and not for each engagement', () => {
  const engaged = {
    ...ADA,
    score: 9,
    updatedAt: 2,
    lastEngagement: 'opened',
    lastEngagementAt: 2,
    suppressedScopes: ['list:news'],
  };
  const changed = { ...ADA, tags: ['vip', 'x'] };
  expect(
    searchChanges([
      { loaded: ADA, contact: engaged },
      { loaded: ADA, contact: null },
    ]),
  ).toEqual([]);
  expect(
    searchChanges([
      { loaded: null, contact: ADA },
      { loaded: ADA, contact: changed },
    ]),
  ).toEqual([searchOf(ADA), searchOf(changed)]);
});

it.each([
  ['José  GARCÍA', ['jose', 'garcia']],
  ['李明', ['u0674eu0660e']],
  ['Straße', ['strau000dfe']],
  ['  ', []],
  ['\u0000\ud800x', ['x']],
])('%j is searched as %j', (text, words) => expect(wordsAsked(text)).toEqual(words));

it('an index entry has a limit: values and words are cut', () => {
  const long = searchOf({
    ...ADA,
    tags: ['y'.repeat(500)],
    attributes: { name: 'n'.repeat(5_000), note: 'z'.repeat(5_000) },
  });
  expect(Math.max(...long.facets.map(({ length }) => length))).toBeLessThan(220);
  expect(long.words.length).toBeLessThanOrEqual(1_001);
});
