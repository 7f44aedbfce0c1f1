import type { Json } from '#contracts/json.js';
import type { WishContext } from '#domain/contact/wish/contact-wish.js';
import { declaredBy } from '#domain/rules/attributes/declaration.js';
import { readAttributes } from '#domain/rules/attributes/read-attributes.js';
import { columnsOf } from './columns.js';
import { contactOf } from './contact-row.js';

const FREE: WishContext = { attributes: new Map(), owners: new Set(), isTimeZone: (name) => name === 'Europe/Berlin' };
const declarations = readAttributes(
  'attributes.yaml',
  'plan: string\nseats: int\nbeta: bool\nspent: decimal\nareas: list',
).declarations;
const STRICT: WishContext = { ...FREE, attributes: declaredBy(declarations) };

function read(cells: Readonly<Record<string, Json>>, context = FREE, map: Readonly<Record<string, string>> = {}) {
  const row = { line: 2, raw: '', values: new Map(Object.entries(cells)), problem: null };
  const result = contactOf(row, { columns: columnsOf(Object.keys(cells), map), map, context });
  return 'refused' in result ? result.refused : result.wish;
}
const readObject = (values: Readonly<Record<string, Json>>, context = FREE) => {
  const row = { line: 2, raw: '', values: new Map(Object.entries(values)), problem: null };
  const result = contactOf(row, { columns: null, map: {}, context });
  return 'refused' in result ? result.refused : result.wish;
};

it('takes columns for what they are called', () => {
  const cells = {
    'E-Mail': ' Ada@Example.com ',
    'CRM ID': '42',
    Tags: 'vip, beta;new',
    'Lifecycle Stage': 'mql',
    'Time Zone': 'Europe/Berlin',
    'consent.newsletter': 'yes',
    Prénom: 'Ada',
  };
  expect(read(cells, FREE, { 'CRM ID': 'external_id' })).toEqual({
    email: 'Ada@Example.com',
    externalId: '42',
    addTags: ['vip', 'beta', 'new'],
    stage: 'mql',
    timeZone: 'Europe/Berlin',
    consent: { newsletter: true },
    set: { prenom: 'Ada' },
  });
});

it('reads text as the type that is declared, and leaves it text where none is', () => {
  const cells = { email: 'a@x.org', seats: ' 12 ', beta: 'No', spent: '12.50', areas: 'a; b' };
  expect(read(cells, STRICT)).toMatchObject({ set: { seats: 12, beta: false, spent: '12.50', areas: ['a', 'b'] } });
  expect(read(cells)).toMatchObject({ set: { seats: ' 12 ', beta: 'No', spent: '12.50', areas: 'a; b' } });
});

it('names the column that is wrong, with the cure', () => {
  expect(read({ Mail: 'nobody' })).toBe('Mail: nobody is no e-mail address; write it as ada@example.com');
  expect(read({ email: 'a@x.org', Seats: 'many' }, STRICT)).toMatch(/^Seats: expected .+ "many" is none/);
  expect(read({ email: 'a@x.org', seets: '1' }, STRICT)).toMatch(/^seets: .+seats/);
  expect(read({ email: 'a@x.org', 'time zone': 'Berlin' })).toMatch(/^time zone: there is no time zone Berlin/);
  expect(read({ email: 'a@x.org', 'consent.calls': 'perhaps' })).toBe('consent.calls: expected true or false');
  expect(readObject({ email: ['a@x.org'] })).toBe('email: expected text');
  expect(readObject({ email: 'a@x.org', tags: [1] })).toMatch(/^tags: expected tags/);
});

it('reads an object with values of any type, and what our export writes', () => {
  const consent = { calls: { given: false, at: 5 } };
  const object = {
    contact_id: 'x',
    email: 'a@x.org',
    score: 3,
    attributes: { seats: 2 },
    consent,
    stage: null,
    tags: ['vip'],
  };
  expect(readObject(object, STRICT)).toEqual({ email: 'a@x.org', set: { seats: 2 }, consent, addTags: ['vip'] });
  expect(readObject({ email: 'a@x.org', seats: null }, STRICT)).toEqual({ email: 'a@x.org', set: { seats: null } });
  expect(read({ email: 'a@x.org', consent: JSON.stringify(consent) })).toMatchObject({ consent });
});
