import { given } from '#testing/given.js';
import { clicked, contactOf, DAY, engagement, HOUR, MINUTE, NOON, placed, upsert } from '#testing/inputs.js';
import { MAX_SCOPES } from './state.js';

const ADA = contactOf('ada');

describe('an engagement', () => {
  it('is recorded first; the address is learnt', () => {
    const then = given().when(engagement('delivered'));
    expect(then.types).toEqual(['engagement_recorded', 'address_set']);
    expect(then.booked).toBe('applied');
    expect(then.state).toMatchObject({ version: 2, email: 'ada@example.com', last: { delivered: NOON } });
    expect(then.events[1]).toMatchObject({
      causationId: then.events[0]?.id,
      correlationId: engagement('delivered').id,
    });
  });

  it('changes nothing the second time, also under a new id and a new delivery', () => {
    const again = engagement('opened', { keys: ['new id', 'composite'], recordedAt: NOON + HOUR, at: NOON });
    const then = given()
      .happened(engagement('opened', { keys: ['id', 'composite'] }))
      .when(again);
    expect(then).toMatchObject({ events: [], booked: 'duplicate', seen: [] });
  });

  it('is looked up in the month of its own time; without a time in that of its recording and the one before', () => {
    const then = given().when(engagement('opened', { at: Date.UTC(2026, 2, 31, 23, 59), keys: ['a', 'b'] }));
    expect(then.seen.map(({ month }) => month)).toEqual(['2026-03-01', '2026-03-01']);
    const timeless = given().happened(
      engagement('opened', { at: null, keys: ['a'], recordedAt: Date.UTC(2026, 3, 30) }),
    );
    expect(
      timeless.when(engagement('opened', { at: null, keys: ['a'], recordedAt: Date.UTC(2026, 4, 1) })).booked,
    ).toBe('duplicate');
  });

  it('older than 400 days is too late: on record, and nothing more, once', () => {
    const old = engagement('hard_bounce', { at: NOON - 401 * DAY, recordedAt: NOON });
    const world = given();
    const then = world.when(old);
    expect(then).toMatchObject({ types: ['engagement_too_late'], booked: 'too_late' });
    expect(then.state.suppressions).toEqual({});
    expect(world.when({ ...old, recordedAt: NOON + DAY }).booked).toBe('duplicate');
  });

  it('that is more than five minutes ahead is clamped and marked', () => {
    const [ahead] = given().when(engagement('opened', { at: NOON + 6 * MINUTE, recordedAt: NOON })).events;
    expect(ahead).toMatchObject({ occurredAt: NOON, data: { clamped: true, occurredAt: NOON + 6 * MINUTE } });
    const [little] = given().when(engagement('opened', { at: NOON + 4 * MINUTE, recordedAt: NOON })).events;
    expect(little).toMatchObject({ occurredAt: NOON + 4 * MINUTE });
    expect(little?.data).not.toHaveProperty('clamped');
  });

  it('is recorded at the contact’s clock, which never goes back', () => {
    const then = given()
      .happened(engagement('delivered', { recordedAt: NOON }))
      .when(engagement('opened', { at: NOON - HOUR, recordedAt: NOON - MINUTE }));
    expect(then.events[0]).toMatchObject({ recordedAt: NOON, occurredAt: NOON - HOUR });
  });
});

describe('suppression', () => {
  const all = (state: { suppressions: unknown }) =>
    (state.suppressions as Record<string, Record<string, unknown>>)[ADA]?.['all'];

  it.each(['hard_bounce', 'complaint'] as const)('%s suppresses everything', (type) => {
    const then = given().when(engagement(type, { scope: 'group:7' }));
    expect(then.of('suppressed')[0]?.data).toMatchObject({ scope: 'all', reason: type, subject: ADA });
  });

  it('above a number of scopes suppresses all: the state stays bounded, and suppressing wins', () => {
    const world = given();
    for (let n = 0; n < MAX_SCOPES; n += 1)
      world.happened(engagement('unsubscribed', { scope: `list:${n}`, keys: [`${n}`] }));
    const one = engagement('unsubscribed', { scope: 'list:more', keys: ['more'] });
    expect(world.when(one).of('suppressed')[0]?.data).toMatchObject({ scope: 'all', reason: 'unsubscribed' });
    const later = { scope: 'list:another', keys: ['another'], at: NOON + HOUR, recordedAt: NOON + HOUR };
    const then = world.when(engagement('unsubscribed', later));
    expect(then.of('suppressed')).toEqual([]);
    const back = { scope: 'list:more', keys: ['back'], at: NOON + DAY, recordedAt: NOON + DAY };
    expect(world.when(engagement('resubscribed', back)).of('suppression_lifted')).toEqual([]);
    const known = { scope: 'list:7', keys: ['known'], at: NOON + DAY, recordedAt: NOON + DAY };
    const lifted = world.when(engagement('resubscribed', known));
    expect(lifted.of('suppression_lifted')[0]?.data).toMatchObject({ scope: 'list:7' });
    const scopes = Object.values(lifted.state.suppressions)[0] ?? {};
    expect(Object.keys(scopes)).toHaveLength(MAX_SCOPES + 1);
    expect(scopes['all']).toMatchObject({ on: true, at: NOON + HOUR });
    const long = engagement('unsubscribed', { scope: `list:${'x'.repeat(200)}` });
    expect(given().when(long).of('suppressed')[0]?.data).toMatchObject({ scope: 'all' });
  });

  it('an unsubscribe suppresses its scope only', () => {
    const then = given().when(engagement('unsubscribed', { scope: 'group:7' }));
    expect(then.of('suppressed')[0]?.data).toMatchObject({ scope: 'group:7', reason: 'unsubscribed' });
  });

  it.each(['soft_bounce', 'dropped', 'deferred', 'subscription_change', 'delivered'] as const)(
    '%s never does',
    (type) => {
      expect(given().when(engagement(type)).of('suppressed')).toEqual([]);
    },
  );

  it('an ambiguous recipient is recorded, and neither suppressed nor counted', () => {
    const then = given().when(engagement('complaint', { ambiguous: true }));
    expect(then.types).toEqual(['engagement_recorded', 'address_set']);
    expect(then.state.last).toEqual({});
  });

  it('a resubscription lifts an unsubscription, not a hard bounce', () => {
    const back = engagement('resubscribed', { at: NOON + HOUR });
    expect(given().happened(engagement('unsubscribed')).when(back).types).toContain('suppression_lifted');
    const bounced = given().happened(engagement('unsubscribed'), engagement('hard_bounce')).when(back);
    expect(bounced.types).not.toContain('suppression_lifted');
    expect(all(bounced.state)).toMatchObject({ on: true, reason: 'hard_bounce' });
  });

  it('the later has the last word, in whatever order they come; on a tie suppressing has it', () => {
    const away = engagement('unsubscribed', { at: NOON, recordedAt: NOON + DAY });
    const back = (at: number) => engagement('resubscribed', { at, recordedAt: NOON + DAY });
    for (const [at, on] of [
      [NOON - 1, true],
      [NOON, true],
      [NOON + 1, false],
    ] as const) {
      expect(all(given().happened(away).when(back(at)).state)).toMatchObject({ on });
      expect(all(given().happened(back(at)).when(away).state)).toMatchObject({ on });
    }
  });

  it('a repeated unsubscribe makes older resubscriptions too old', () => {
    const world = given().happened(
      engagement('unsubscribed', { at: NOON }),
      engagement('unsubscribed', { at: NOON + 2 * HOUR }),
    );
    expect(all(world.when(engagement('resubscribed', { at: NOON + HOUR })).state)).toMatchObject({ on: true });
  });
});

describe('a write to the contact', () => {
  it('gives events for what changes, and none for what does not', () => {
    const write = { set: { plan: 'pro', gone: null }, addTags: ['b', 'a'], stage: 'mql', owner: 'kim@example.com' };
    const world = given();
    const then = world.when(upsert(write));
    expect(then.types).toEqual(['address_set', 'attribute_set', 'tag_added', 'tag_added', 'stage_set', 'owner_set']);
    expect(then.state).toMatchObject({ attributes: { plan: 'pro' }, tags: ['a', 'b'], stage: 'mql' });
    expect(world.when(upsert(write, { nth: 2 })).events).toEqual([]);
  });

  it('gives ids that tell two tags apart and nothing of their text', () => {
    const tagged = (...addTags: string[]) =>
      given()
        .when(upsert({ addTags }))
        .of('tag_added')
        .map(({ id }) => id);
    expect(new Set(tagged('vip', 'pregnant')).size).toBe(2);
    expect(tagged('vip', 'pregnant')).toEqual(tagged('churned', 'solvent'));
  });

  it('is refused when the version is another: the refusal is an event', () => {
    const world = given().happened(engagement('delivered'));
    expect(world.when(upsert({ stage: 'mql' }, { expectedVersion: 1 })).of('command_refused')[0]?.data).toEqual({
      commandId: upsert({ stage: 'mql' }, { expectedVersion: 1 }).id,
      reason: 'version_mismatch',
    });
    expect(world.when(upsert({ stage: 'mql' }, { expectedVersion: 3, nth: 2 })).types).toEqual(['stage_set']);
  });

  it('repeated later does not undo what came in between', () => {
    const world = given().happened(upsert({ stage: 'a' }, { nth: 1 }), upsert({ stage: 'b' }, { nth: 2 }));
    expect(world.when(upsert({ stage: 'a' }, { nth: 1 })).events).toEqual([]);
  });

  it('is bounded', () => {
    const set = Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`a${i}`, i]));
    expect(given().when(upsert({ set })).of('command_refused')[0]?.data.reason).toBe('too_many_attributes');
  });
});

describe('an outcome of an effect', () => {
  const effectId = contactOf('some effect');
  const outcome = (result: 'delivered' | 'dead', target = 'inbox') =>
    placed(
      { type: 'effect_outcome', v: 1, data: { effectId, target, outcome: result, attempts: 1 }, pii: {} },
      {},
      target,
      result,
    );

  it('is recorded once for each target; after a delivery nothing more', () => {
    const world = given();
    expect(world.when(outcome('dead')).types).toEqual(['effect_outcome_recorded']);
    expect(world.when(outcome('dead')).events).toEqual([]);
    expect(world.when(outcome('delivered')).types).toEqual(['effect_outcome_recorded']);
    expect(world.when(outcome('delivered', 'webhook')).types).toEqual(['effect_outcome_recorded']);
    const late = outcome('dead');
    expect(world.when({ ...late, id: contactOf('another id') }).events).toEqual([]);
  });

  it('does not need the contact to have clicked', () => {
    expect(given().happened(clicked('https://example.com/')).when(outcome('delivered')).booked).toBeNull();
  });
});
