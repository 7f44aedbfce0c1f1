import { given, rulesOf } from '#testing/given.js';
import { clicked, contactOf, engagement, HOUR, NOON, placed, upsert } from '#testing/inputs.js';

const ADA = contactOf('ada');
const forget = (data: { expectedVersion?: number } = {}, nth = 0) =>
  placed({ type: 'contact_delete', v: 1, data, pii: { reason: 'left' } }, { recordedAt: NOON + HOUR, nth }, 'ada');
const later = { recordedAt: NOON + 2 * HOUR };

describe('a write', () => {
  it('sets time zone and consent once, and knows the same again', () => {
    const write = upsert({ timeZone: 'Europe/Berlin', consent: { news: { given: true, source: 'form' } } });
    const then = given().when(write);
    expect(then.types).toEqual(['address_set', 'time_zone_set', 'consent_set']);
    expect(then.state).toMatchObject({ timeZone: 'Europe/Berlin', consent: { news: { given: true, at: NOON } } });
    expect(
      given()
        .happened(write)
        .when(upsert({ consent: { news: { given: true } } }, later)).types,
    ).toEqual([]);
  });

  it('of a consent takes the latest word, not the last one to arrive', () => {
    const withdrawn = upsert({ consent: { news: { given: false, at: NOON - HOUR } } });
    const stale = upsert({ consent: { news: { given: true, at: NOON - 2 * HOUR } } }, later);
    const fresh = upsert({ consent: { news: { given: true, at: NOON + 99 * HOUR } } }, { ...later, nth: 1 });
    const world = given().happened(withdrawn);
    expect(world.when(stale).types).toEqual([]);
    expect(world.when(fresh).of('consent_set')[0]?.data).toMatchObject({ given: true, at: NOON + 2 * HOUR });
  });

  it('of what must exist is refused where nothing is', () => {
    const then = given().when(upsert({ stage: 'mql' }, { mustExist: true }));
    expect(then.of('command_refused')[0]?.data.reason).toBe('unknown_contact');
  });

  it('is seen by conditions', () => {
    const rules = rulesOf([
      'rule: rule-0\non: clicked\nif: contact.time_zone == "Europe/Berlin" && "news" in contact.consents && has(contact.time_zone)\nthen:\n  - add_score: 5\n',
    ]);
    const write = upsert({ timeZone: 'Europe/Berlin', consent: { news: { given: true }, calls: { given: false } } });
    expect(given(rules).happened(write).when(clicked('/x', later)).state.score).toBe(5);
    expect(given(rules).when(clicked('/x', later)).state.score).toBe(0);
  });
});

describe('a deletion', () => {
  const profile = upsert({ set: { plan: 'pro' }, addTags: ['vip'], stage: 'mql', owner: 'kim', timeZone: 'UTC' });
  const bounce = engagement('hard_bounce');

  it('forgets what was written; what is suppressed stays so', () => {
    const then = given().happened(profile, bounce).when(forget());
    expect(then.types).toEqual(['contact_deleted']);
    expect(then.state).toMatchObject({
      deleted: true,
      email: null,
      attributes: {},
      tags: [],
      stage: null,
      owner: null,
    });
    expect(then.state.suppressions).toMatchObject({ [ADA]: { all: { on: true, reason: 'hard_bounce' } } });
  });

  it('is refused at another version, and of one that is not there (any more)', () => {
    expect(
      given()
        .happened(profile)
        .when(forget({ expectedVersion: 1 }))
        .of('command_refused')[0]?.data.reason,
    ).toBe('version_mismatch');
    expect(given().when(forget()).of('command_refused')[0]?.data.reason).toBe('unknown_contact');
    const again = given().happened(profile, forget()).when(forget({}, 1));
    expect(again.of('command_refused')[0]?.data.reason).toBe('unknown_contact');
  });

  it('is not undone by what comes in late: it is on record, may suppress, and no rule is asked', () => {
    const rules = rulesOf(['rule: rule-0\non: complaint\nthen:\n  - add_tag: angry\n']);
    const then = given(rules).happened(profile, forget()).when(engagement('complaint', later));
    expect(then.types).toEqual(['engagement_recorded', 'suppressed']);
    expect(then.booked).toBe('applied');
    expect(then.state).toMatchObject({ deleted: true, email: null, tags: [] });
  });

  it('is over once people write the contact anew, and not by a change of what must exist', () => {
    const world = given().happened(profile, bounce, forget());
    const patch = upsert({ stage: 'sql' }, { ...later, mustExist: true, nth: 1 });
    expect(world.when(patch).of('command_refused')[0]?.data.reason).toBe('unknown_contact');
    const anew = world.when(upsert({ stage: 'sql' }, { ...later, nth: 2 }));
    expect(anew.types).toEqual(['address_set', 'stage_set']);
    expect(anew.state).toMatchObject({ deleted: false, email: 'ada@example.com', stage: 'sql', attributes: {} });
    expect(anew.state.suppressions).toMatchObject({ [ADA]: { all: { on: true } } });
  });
});
