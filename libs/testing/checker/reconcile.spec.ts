import type { JournalLine } from '../senders/journal.js';
import { expectedOf } from './expected.js';
import { verdictLine } from './findings.js';
import type { ContactSeen, EffectSeen, Observed } from './observed.js';
import { type Evidence, reconcile } from './reconcile.js';
import type { Received } from './recording-target.js';

const ada = 'ada@example.net';
const sent = (request: string, events: readonly [ref: string, type: string][], again = false): JournalLine => ({
  kind: 'sent',
  request,
  lane: 0,
  again,
  events: events.map(([ref, type]) => ({ ref, type, contact: ada })),
});
const answered = (request: string, status: number): JournalLine => ({ kind: 'answered', request, status });

/** An open, a click and a form were told of, the first request twice; the open and the click once more after that. */
const journal = [
  sent('r1', [
    ['a', 'opened'],
    ['b', 'clicked'],
  ]),
  answered('r1', 503),
  answered('r1', 200),
  sent('r2', [['c', 'custom.form']]),
  answered('r2', 0),
  answered('r2', 200),
  sent(
    'r3',
    [
      ['b', 'clicked'],
      ['a', 'opened'],
    ],
    true,
  ),
  answered('r3', 200),
];

const contact: ContactSeen = {
  email: ada,
  score: 3,
  lastTouch: 'click',
  tags: ['opened-first'],
  suppressed: false,
  engagements: 3,
  sequences: [],
  refs: ['a', 'b', 'c'],
};
const effect = (title: string, id: string): EffectSeen => ({
  effectId: id,
  contact: ada,
  rule: 'form',
  title,
  state: 'delivered',
  webhook: 'delivered',
  inbox: 1,
});
const effects = [effect('Form c', 'e1'), effect(`First form of ${ada}`, 'e2')];
const received: readonly Received[] = effects.map(({ effectId: id, title }) => ({ id, title, body: title }));
const books = { accepted: 5, applied: 3, duplicate: 2, tooLate: 0, parked: 0, quarantined: 0 };
const observed: Observed = { contacts: [contact], effects, books, counted: 3 };

function verdict(change: Partial<Evidence> & { readonly seen?: Partial<Observed> } = {}): string {
  const { seen, ...rest } = change;
  const evidence = {
    expected: expectedOf(journal),
    observed: { ...observed, ...seen },
    received,
    underWay: [],
    surplus: 0,
    ...rest,
  };
  return verdictLine(reconcile(evidence));
}

const withContact = (change: Partial<ContactSeen>): Partial<Observed> => ({ contacts: [{ ...contact, ...change }] });

describe('the checker', () => {
  it('finds nothing wrong where nothing is', () => {
    expect(verdict()).toBe('lost=0 duplicated=0 stuck=0 misordered=0');
  });

  it.each<[string, string, Parameters<typeof verdict>[0]]>([
    [
      'an acknowledged engagement that is not on record',
      'lost=1',
      {
        seen: {
          ...withContact({ refs: ['a', 'c'], engagements: 2, score: 0, lastTouch: 'open', tags: [] }),
          books: { ...books, applied: 2, duplicate: 3 },
          counted: 2,
        },
      },
    ],
    [
      'a contact that nobody has heard of',
      'lost=3',
      {
        seen: { contacts: [], effects: [], books: { ...books, applied: 0, duplicate: 5 }, counted: 0 },
        received: [],
      },
    ],
    ['one that was never accepted', 'lost=1', { seen: { books: { ...books, accepted: 4, duplicate: 1 } } }],
    ['one that ended nowhere', 'lost=1', { seen: { books: { ...books, duplicate: 1 } } }],
    ['an effect that was not asked for', 'lost=1', { seen: { effects: effects.slice(1) } }],
    [
      'an effect that is not in the inbox',
      'lost=1',
      { seen: { effects: [{ ...effect('Form c', 'e1'), inbox: 0 }, ...effects.slice(1)] } },
    ],
    ['a webhook that did not arrive', 'lost=1', { received: received.slice(1) }],
    [
      'an engagement that was applied twice',
      'duplicated=1',
      {
        seen: {
          ...withContact({ refs: ['a', 'b', 'c', 'b'], engagements: 4 }),
          books: { ...books, applied: 4, duplicate: 1 },
          counted: 4,
        },
      },
    ],
    [
      'an engagement of nobody',
      'duplicated=1',
      {
        seen: {
          ...withContact({ refs: ['a', 'b', 'c', 'z'], engagements: 4 }),
          books: { ...books, applied: 4, duplicate: 1 },
          counted: 4,
        },
      },
    ],
    ['an effect that was asked for twice', 'duplicated=1', { seen: { effects: [...effects, effect('Form c', 'e3')] } }],
    [
      'a webhook under a second id',
      'duplicated=1',
      { received: [...received, { id: 'e3', title: 'Form c', body: 'Form c' }] },
    ],
    [
      'a webhook whose repeat says something else',
      'duplicated=1',
      { received: [...received, { id: 'e1', title: 'Form c', body: 'other' }] },
    ],
    ['an ending too many in the books', 'duplicated=1', { seen: { books: { ...books, duplicate: 3 } } }],
    ['an ending too few beside what the log brought twice', 'lost=1', { surplus: 1 }],
    ['a counter that counted twice', 'duplicated=1', { seen: { counted: 4 } }],
    [
      'an order other than that of telling',
      'misordered=1',
      { seen: withContact({ refs: ['b', 'a', 'c'], score: 1, tags: [], lastTouch: 'open' }) },
    ],
    ['a state that its events in their order do not come to', 'misordered=1', { seen: withContact({ score: 1 }) }],
    ['webhooks of one contact in another order', 'misordered=1', { received: [...received].reverse() }],
    ['what waits', 'stuck=1', { underWay: [{ what: 'parked', waiting: 2 }] }],
    [
      'an effect without an outcome',
      'stuck=1',
      { seen: { effects: [{ ...effect('Form c', 'e1'), webhook: null }, ...effects.slice(1)] } },
    ],
    [
      'a request that nobody acknowledged',
      'stuck=1',
      { expected: expectedOf([...journal, sent('r4', [['d', 'delivered']]), answered('r4', 503)]) },
    ],
  ])('finds %s', (_, expected, change) => {
    expect(verdict(change)).toContain(expected);
  });

  it('leaves open whether what was not acknowledged came about', () => {
    const { contacts, maybe } = expectedOf([...journal, sent('r4', [['d', 'delivered']]), answered('r4', 0)]);
    expect([...maybe]).toEqual(['d']);
    expect(contacts.get(ada)?.map(({ ref }) => ref)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('takes what the log holds beyond its deliveries for what it is', () => {
    const evidence = { surplus: 2, seen: { books: { ...books, duplicate: 4 } } };
    expect(verdict(evidence)).toBe('lost=0 duplicated=0 stuck=0 misordered=0');
  });

  it('takes a repeat of a webhook under its id for what it is', () => {
    expect(verdict({ received: [...received, ...received] })).toBe('lost=0 duplicated=0 stuck=0 misordered=0');
  });
});
