import { deriveId } from '#contracts/ids.js';
import { decide } from './decide.js';
import type { AllotmentEvent } from './events.js';
import { evolve } from './evolve.js';
import type { Candidate, Question } from './question.js';
import { type AllotmentState, initial, MAX_REMEMBERED } from './state.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Monday, noon in UTC. */
const NOON = Date.parse('2026-11-23T12:00:00Z');
const sam: Candidate = { email: 'sam@example.com', zone: null, hours: null, weight: 1 };
const kim: Candidate = { ...sam, email: 'kim@example.com' };
const lee: Candidate = {
  ...sam,
  email: 'lee@example.com',
  zone: 'Europe/Berlin',
  hours: { weekdays: ['mon'], from: '09:00', to: '17:00' },
};
const NONE: Omit<Question, 'id'> = { perRule: null, perOwner: null, owner: null, rotation: null };

class Given {
  state: AllotmentState = initial();
  readonly seen = new Set<string>();

  when(asked: Partial<Question>, at = NOON): AllotmentEvent | null {
    const question = { id: deriveId('question', this.seen.size), ...NONE, ...asked };
    const event = decide(this.state, question, { recordedAt: at, seen: this.seen });
    this.seen.add(question.id);
    if (event) this.state = evolve(this.state, event);
    return event;
  }
}

const refused = (reason: string) => ({ type: 'allotment_refused', reason });
const rotates = (...candidates: Candidate[]) => ({ rotation: { candidates, outsideHours: 'anyone' } as const });

describe('a cap of the rule', () => {
  it('refuses from its count on until the first of them has left the window', () => {
    const given = new Given();
    const perRule = { count: 2, window: DAY };
    expect(given.when({ perRule })).toMatchObject({ type: 'allotted', countsUntil: NOON + DAY });
    expect(given.when({ perRule }, NOON + HOUR)).toMatchObject({ type: 'allotted' });
    // Also after an answer has left out what is past.
    expect(given.when({ perRule }, NOON + DAY - 1)).toMatchObject(refused('rule_cap'));
    expect(given.when({ perRule }, NOON + DAY - 1)).toMatchObject(refused('rule_cap'));
    expect(given.when({ perRule }, NOON + DAY)).toMatchObject({ type: 'allotted' });
    expect(given.when({ perRule }, NOON + DAY)).toMatchObject(refused('rule_cap'));
  });

  it('goes by its own last event where a question bears an earlier time', () => {
    const given = new Given();
    const perRule = { count: 1, window: HOUR };
    given.when({ perRule });
    expect(given.when({ perRule }, NOON - DAY)).toMatchObject({ ...refused('rule_cap'), recordedAt: NOON });
  });

  it('answers the same question once', () => {
    const given = new Given();
    const id = deriveId('question', 'one');
    expect(given.when({ id })).toMatchObject({ type: 'allotted' });
    expect(given.when({ id })).toBeNull();
  });
});

describe('a cap of an owner', () => {
  const perOwner = { count: 1, window: DAY };

  it('counts each owner apart, and not who has none', () => {
    const given = new Given();
    expect(given.when({ perOwner, owner: kim.email })).toMatchObject({ type: 'allotted', owner: kim.email });
    expect(given.when({ perOwner, owner: kim.email })).toMatchObject(refused('owner_cap'));
    expect(given.when({ perOwner, owner: sam.email })).toMatchObject({ type: 'allotted' });
    for (let i = 0; i < 3; i += 1) expect(given.when({ perOwner })).toMatchObject({ type: 'allotted', owner: null });
  });

  it('passes over those at their cap, and refuses when all are', () => {
    const given = new Given();
    const asked = { perOwner, ...rotates(sam, kim) };
    given.when({ perOwner, owner: sam.email });
    expect(given.when(asked)).toMatchObject({ owner: kim.email });
    expect(given.when(asked)).toMatchObject(refused('owner_cap'));
  });

  it('holds also where more owners are about than are remembered', () => {
    const given = new Given();
    const at = Array.from({ length: MAX_REMEMBERED }, (_, i) => [`${i}@example.com`, [NOON, NOON + DAY]]);
    given.state = { ...given.state, owners: Object.fromEntries(at) };
    expect(given.when({ perOwner, owner: 'new@example.com' })).toMatchObject(refused('owner_cap'));
    expect(given.when({ perOwner, owner: 'new@example.com' }, NOON + DAY)).toMatchObject(refused('owner_cap'));
    expect(given.when({ perOwner, owner: 'new@example.com' }, NOON + DAY)).toMatchObject({ type: 'allotted' });
  });
});

describe('a rotation', () => {
  it('gives turns by weight, spread over the round', () => {
    const given = new Given();
    const asked = rotates({ ...sam, weight: 2 }, kim);
    const owners = Array.from({ length: 6 }, () => given.when(asked)).map(
      (event) => event && 'owner' in event && event.owner,
    );
    expect(owners).toEqual([sam, kim, sam, sam, kim, sam].map(({ email }) => email));
  });

  it('passes over who is not at work, without catching up', () => {
    const given = new Given();
    const asked = rotates(lee, kim);
    const night = NOON + 10 * HOUR;
    for (let i = 0; i < 3; i += 1) expect(given.when(asked, night)).toMatchObject({ owner: kim.email });
    const monday = NOON + 7 * DAY;
    const owners = Array.from({ length: 4 }, () => given.when(asked, monday)).map(
      (event) => event && 'owner' in event && event.owner,
    );
    expect(owners).toEqual([lee, lee, kim, lee].map(({ email }) => email));
  });

  it('goes on among all while none is at work, or holds it', () => {
    const night = NOON + 10 * HOUR;
    expect(new Given().when(rotates(lee), night)).toMatchObject({ owner: lee.email });
    const rotation = { candidates: [lee], outsideHours: 'nobody' } as const;
    expect(new Given().when({ rotation }, night)).toMatchObject(refused('nobody_available'));
    expect(new Given().when({ rotation })).toMatchObject({ owner: lee.email });
    expect(new Given().when(rotates())).toMatchObject(refused('nobody_available'));
  });
});
