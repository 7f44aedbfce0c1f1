import type { ContactEvent } from '#contracts/contact-events.js';
import type { Placed } from '#contracts/inputs.js';
import { given, rulesOf } from '#testing/given.js';
import { contactOf, DAY, engagement, NOON, upsert } from '#testing/inputs.js';

const attributes = { plan: 'string', seats: 'int', topics: 'list' } as const;

function asked(action: string, ...before: readonly Placed[]): readonly ContactEvent[] {
  const rules = rulesOf([`rule: x\non: opened\nthen:\n  - ${action}\n`], { attributes });
  const then = given()
    .happened(...before)
    .published(rules)
    .when(engagement('opened', { at: NOON + 1 }));
  return then.events.filter(({ data }) => 'by' in data && 'rule' in data.by);
}

const pro = upsert({
  set: { plan: 'pro', seats: 5, topics: ['a'] },
  addTags: ['vip'],
  stage: 'mql',
  owner: 'kim@example.com',
});

describe('actions', () => {
  it.each([
    [
      'set: { plan: pro, seats: 5, topics: [a] }',
      ['attribute_set plan', 'attribute_set seats', 'attribute_set topics'],
    ],
    ['clear: plan', []],
    ['add_tag: vip', ['tag_added']],
    ['remove_tag: vip', []],
    ['add_score: -3', ['score_added']],
    ['add_score: { points: 5, expires_in: 30d, max: 10 }', ['score_added']],
    ['add_score: { points: 5, max: -1 }', []],
    ['increment: { seats: 2 }', ['attribute_set seats']],
    ['set_owner: kim@example.com', ['owner_set']],
    ['exit: nurture', []],
    ['create_task: { to: "team:sales", title: Call, due: 2d }', ['effect_requested']],
    ['send_email: { title: Hi, body: There, scope: "list:news" }', ['effect_requested']],
    ['call_webhook: { url: "https://example.com/hook" }', ['effect_requested']],
    ['write_crm: { Lead_Status: Hot, Score: "{{ contact.score }}" }', ['effect_requested']],
    ['set_stage: mql', ['stage_set']],
    ['suppress: group:7', ['suppressed']],
    ['lift: all', []],
    ['enroll: nurture', ['enrolled']],
    ['notify: { to: kim@example.com, title: Hi }', ['effect_requested']],
  ])('%s on a new contact', (action, expected) => {
    expect(asked(action).map(({ type, data }) => ('name' in data ? `${type} ${data.name}` : type))).toEqual(expected);
  });

  it.each<[string, string[]]>([
    ['set: { plan: pro, seats: 6, topics: [a] }', ['attribute_set']],
    ['increment: { seats: -1 }', ['attribute_set']],
    ['set_owner: Kim@Example.com', []],
    ['set_owner: lee@example.com', ['owner_set']],
    ['clear: plan', ['attribute_cleared']],
    ['add_tag: vip', []],
    ['remove_tag: vip', ['tag_removed']],
    ['set_stage: mql', []],
  ])('%s only where it changes something', (action, expected) => {
    expect(asked(action, pro).map(({ type }) => type)).toEqual(expected);
  });

  it('ask for what their kind says', () => {
    const data = (action: string) => {
      const [event] = asked(action, upsert({ addTags: ['vip'] }));
      return event?.type === 'effect_requested' ? { ...event.data, ...event.pii } : null;
    };
    const at = NOON + 1;
    expect(data('create_task: { to: owner, title: Call, due: 2d }')).toMatchObject({
      ...{ kind: 'create_task', to: 'owner', title: 'Call', dueAt: at + 2 * DAY, notAfter: at + 7 * DAY },
    });
    expect(data('send_email: { title: Hi, body: There, scope: "list:news" }')).toMatchObject({
      ...{ kind: 'send_email', to: 'ada@example.com', title: 'Hi', body: 'There', scope: 'list:news' },
    });
    const posted = data('call_webhook: { url: "https://example.com/hook" }');
    expect(posted).toMatchObject({ kind: 'call_webhook', to: 'https://example.com/hook' });
    expect(JSON.parse(posted?.body ?? '')).toMatchObject({
      ...{ contact: { email: 'ada@example.com', tags: ['vip'] }, event: { type: 'opened' }, rule: { name: 'x' } },
    });
    expect(JSON.parse(data('write_crm: { Status: Hot, Score: "{{ contact.score }}", Old: null }')?.body ?? '')).toEqual(
      {
        ...{ Status: 'Hot', Score: '0', Old: null },
      },
    );
  });

  it('send nothing to nobody, or to one who does not want it', () => {
    const rules = rulesOf(['rule: x\non: opened\nthen:\n  - send_email: { title: Hi, scope: "list:news" }\n']);
    const held = (...before: readonly Placed[]) =>
      given()
        .happened(...before)
        .published(rules)
        .when(engagement('opened', { at: NOON + 1 }))
        .of('rule_held')
        .map(({ data }) => data.reason);
    expect(held()).toEqual([]);
    expect(held(engagement('complaint'))).toEqual(['suppressed']);
    expect(held(engagement('unsubscribed', { scope: 'list:news' }))).toEqual(['suppressed']);
    expect(held(engagement('unsubscribed', { scope: 'list:other' }))).toEqual([]);
    const nameless = engagement('opened', { at: NOON + 1, pii: { identity: { kind: 'hubspot', value: '42' } } });
    expect(given(rules).when(nameless).of('rule_held')[0]?.data.reason).toBe('no_address');
  });

  it('exit ends what enroll began', () => {
    const world = given(
      rulesOf([
        'rule: in\non: opened\nthen:\n  - enroll: nurture\n',
        'rule: out\non: complaint\nthen:\n  - exit: nurture\n',
      ]),
    );
    const enrolled = world.when(engagement('opened')).of('enrolled')[0]?.data;
    const then = world.when(engagement('complaint', { at: NOON + 1 }));
    expect(then.of('exited')[0]?.data).toMatchObject({ sequence: 'nurture', enrollmentId: enrolled?.enrollmentId });
    expect(then.state.enrollments).toEqual({});
  });

  it('increment fails the rule where there is no number to add to', () => {
    const rules = rulesOf(['rule: x\non: opened\nthen:\n  - increment: { seats: 1 }\n'], { attributes });
    const then = given()
      .happened(upsert({ set: { seats: 'many' } }))
      .published(rules)
      .when(engagement('opened', { at: NOON + 1 }));
    expect(then.of('rule_failed')[0]?.pii.error).toBe('seats is "many": 1 cannot be added to it');
  });

  it('lift lifts what a rule suppressed, and nothing else', () => {
    const rules = rulesOf([
      'rule: x\non: dropped\nthen:\n  - suppress: all\n',
      'rule: y\non: opened\nthen:\n  - lift: all\n',
    ]);
    const lifted = (first: 'dropped' | 'complaint') =>
      given(rules)
        .happened(engagement(first))
        .when(engagement('opened', { at: NOON + 1 }));
    expect(lifted('dropped').of('suppression_lifted')[0]?.data).toMatchObject({
      scope: 'all',
      reason: 'rule',
      subject: contactOf('ada'),
    });
    expect(lifted('complaint').of('suppression_lifted')).toEqual([]);
  });
});
