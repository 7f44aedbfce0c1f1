import { given } from '#testing/given.js';
import { contactOf, DAY, engagement, HOUR, MINUTE, NOON, suppression } from '#testing/inputs.js';

const ADA = contactOf('ada');
const later = (n: number) => ({ recordedAt: NOON + n * HOUR });

describe('people suppress', () => {
  it('an address: who did it and why are on record, the note under seal; the address is learnt', () => {
    const then = given().when(suppression('add', { subject: 'ada', scope: 'list:news', note: 'asked on the phone' }));
    expect(then.types).toEqual(['address_set', 'suppressed']);
    expect(then.of('suppressed')[0]).toMatchObject({
      data: { by: { command: true, key: expect.any(String) }, scope: 'list:news', reason: 'command', subject: ADA },
      pii: { email: 'ada@example.com', note: 'asked on the phone' },
    });
    expect(then.state.email).toBe('ada@example.com');
  });

  it('a contact without naming an address: under the contact’s own id', () => {
    const then = given()
      .happened(engagement('delivered'))
      .when(suppression('add', later(1)));
    expect(then.of('suppressed')[0]).toMatchObject({ data: { scope: 'all', subject: ADA }, pii: null });
  });

  it('what is suppressed already for as good a reason: nothing changes', () => {
    expect(
      given()
        .happened(suppression('add'))
        .when(suppression('add', later(1))).events,
    ).toEqual([]);
    const bounced = given().happened(engagement('hard_bounce'));
    expect(bounced.when(suppression('add', later(1))).events).toEqual([]);
    const weaker = given().happened(engagement('unsubscribed'));
    expect(weaker.when(suppression('add', later(1))).of('suppressed')[0]?.data.reason).toBe('command');
  });

  it('what another system knew, with its reason: an unsubscription may then be taken back by the person', () => {
    const world = given().happened(suppression('add', { reason: 'unsubscribed' }));
    const back = world.when(engagement('resubscribed', { at: NOON + HOUR }));
    expect(back.types).toContain('suppression_lifted');
    const bounced = given().happened(suppression('add', { reason: 'hard_bounce' }));
    expect(bounced.when(engagement('resubscribed', { at: NOON + HOUR })).types).not.toContain('suppression_lifted');
  });

  it('again what was lifted by a clock that runs ahead', () => {
    const ahead = engagement('unsubscribed', { at: NOON + 4 * MINUTE, recordedAt: NOON });
    const world = given().happened(ahead, suppression('lift'));
    expect(world.when(suppression('add', { recordedAt: NOON + 1 })).types).toEqual(['suppressed']);
  });
});

describe('people lift', () => {
  it.each(['hard_bounce', 'complaint', 'unsubscribed'] as const)('what a %s suppressed', (type) => {
    const then = given()
      .happened(engagement(type))
      .when(suppression('lift', { ...later(1), note: 'a new mailbox' }));
    expect(then.of('suppression_lifted')[0]).toMatchObject({
      data: { by: { command: true }, scope: 'all', reason: 'command', subject: ADA },
      pii: { note: 'a new mailbox' },
    });
    expect(then.state.suppressions[ADA]?.['all']).toMatchObject({ on: false });
  });

  it('one scope and no other; what is not suppressed stays as it is', () => {
    const world = given().happened(engagement('unsubscribed', { scope: 'list:a' }));
    expect(world.when(suppression('lift', { ...later(1), scope: 'list:b' })).events).toEqual([]);
    expect(world.when(suppression('lift', { ...later(2), scope: 'all' })).events).toEqual([]);
  });

  it('one address of several, or all of them when none is named', () => {
    const world = given().happened(suppression('add', { subject: 'ada' }), suppression('add', { subject: 'ada@work' }));
    const one = world.when(suppression('lift', { ...later(1), subject: 'ada@work' }));
    expect(one.of('suppression_lifted').map(({ data }) => data.subject)).toEqual([contactOf('ada@work')]);
    const again = world.happened(suppression('add', { ...later(2), subject: 'ada@work' }));
    const all = again.when(suppression('lift', later(3)));
    expect(new Set(all.of('suppression_lifted').map(({ data }) => data.subject))).toEqual(
      new Set([ADA, contactOf('ada@work')]),
    );
  });

  it('also what was recorded at the same moment, or by a clock that runs ahead: they saw it', () => {
    expect(given().happened(engagement('hard_bounce')).when(suppression('lift')).types).toEqual(['suppression_lifted']);
    const ahead = given().happened(engagement('hard_bounce', { at: NOON + 4 * MINUTE, recordedAt: NOON }));
    expect(ahead.when(suppression('lift')).types).toEqual(['suppression_lifted']);
  });

  it('for good against older word: only what comes after suppresses again', () => {
    const world = given().happened(engagement('hard_bounce'), suppression('lift', later(2)));
    const old = engagement('hard_bounce', { at: NOON + HOUR, recordedAt: NOON + 3 * HOUR, nth: 'old' });
    expect(world.when(old).of('suppressed')).toEqual([]);
    const fresh = engagement('hard_bounce', { at: NOON + DAY, nth: 'fresh' });
    expect(world.when(fresh).of('suppressed')).toHaveLength(1);
  });
});
