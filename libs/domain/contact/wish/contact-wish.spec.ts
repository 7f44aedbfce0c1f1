import { declaredBy } from '#domain/rules/attributes/declaration.js';
import { readAttributes } from '#domain/rules/attributes/read-attributes.js';
import { type ContactWish, readWish, type WishContext } from './contact-wish.js';

const declared = declaredBy(readAttributes('attributes.yaml', 'plan: string\nseats: int').declarations);
const FREE: WishContext = { attributes: new Map(), owners: new Set(), isTimeZone: (name) => name === 'Europe/Berlin' };
const STRICT: WishContext = { ...FREE, attributes: declared, owners: new Set(['sam@example.com']) };

const problemsOf = (wish: ContactWish, context = STRICT) => {
  const read = readWish(wish, context);
  return 'problems' in read ? read.problems.map(({ field, problem }) => `${field}: ${problem}`) : [];
};

it('becomes the input of the contact that the address names, however it is written', () => {
  const wish: ContactWish = {
    email: ' Ada@Example.COM ',
    set: { plan: 'pro', seats: null },
    addTags: ['vip'],
    stage: 'mql',
    owner: 'Sam@Example.com',
    timeZone: 'Europe/Berlin',
    consent: { news: true, calls: { given: false, at: 5, source: 'form' } },
    expectedVersion: 3,
  };
  expect(readWish(wish, STRICT)).toEqual({
    identity: { kind: 'email', value: 'ada@example.com' },
    input: {
      type: 'contact_upsert',
      v: 1,
      data: { expectedVersion: 3 },
      pii: {
        identity: { kind: 'email', value: 'ada@example.com' },
        set: { plan: 'pro' },
        clear: ['seats'],
        addTags: ['vip'],
        stage: 'mql',
        owner: 'sam@example.com',
        timeZone: 'Europe/Berlin',
        consent: { news: { given: true }, calls: { given: false, at: 5, source: 'form' } },
      },
    },
  });
});

it('is of the address, else of the id in the CRM', () => {
  const identity = (wish: ContactWish) => (readWish(wish, FREE) as { identity: unknown }).identity;
  expect(identity({ externalId: ' 42 ', stage: 'mql' })).toEqual({ kind: 'external', value: '42' });
  expect(identity({ externalId: '42', email: 'a@b.co' })).toEqual({ kind: 'email', value: 'a@b.co' });
});

it('names every field that is wrong, with the cure', () => {
  expect(
    problemsOf({
      email: 'nobody',
      set: { plna: 'x', seats: 'many' },
      clear: ['seets'],
      addTags: [''],
      owner: 'san@example.com',
      timeZone: 'Berlin',
      consent: { '': true },
    }),
  ).toEqual([
    'email: nobody is no e-mail address; write it as ada@example.com',
    'set.plna: no attribute plna is declared; did you mean plan?, or declare it',
    'set.seats: expected a whole number, and "many" is none; write it as 5',
    'clear: no attribute seets is declared; did you mean seats?, or declare it',
    'addTags: expected 1 to 200 characters each',
    'owner: san@example.com is no owner; did you mean sam@example.com? (teams.yaml)',
    'timeZone: there is no time zone Berlin; write an IANA name such as Europe/Berlin',
    'consent.: a purpose has letters, digits, - and _, a letter first',
  ]);
  expect(problemsOf({ externalId: '42' })).toEqual([
    'externalId: nothing is written of it; give an address, an attribute or another field',
  ]);
  expect(problemsOf({ set: {} })).toEqual(['email: nothing says which contact it is; give email or externalId']);
});

it('is free in what nothing declares, within bounds', () => {
  expect(problemsOf({ email: 'a@b.co', set: { 'Any name': { x: [1] } }, owner: 'kim' }, FREE)).toEqual([]);
  expect(problemsOf({ email: 'a@b.co', set: { big: 'x'.repeat(20_001) } }, FREE)).toEqual([
    'set.big: at most 20000 characters as JSON',
  ]);
});
