import type { ContactEvent } from '#contracts/contact-events.js';
import type { Placed } from '#contracts/inputs.js';
import { given, rulesOf } from '#testing/given.js';
import { contactOf, engagement, NOON, upsert } from '#testing/inputs.js';

const attributes = { plan: 'string', seats: 'int', topics: 'list' } as const;

function asked(action: string, ...before: readonly Placed[]): readonly ContactEvent[] {
  const rules = rulesOf([`rule: x\non: opened\nthen:\n  - ${action}\n`], { attributes });
  const then = given()
    .happened(...before)
    .published(rules)
    .when(engagement('opened', { at: NOON + 1 }));
  return then.events.filter(({ data }) => 'by' in data && 'rule' in data.by);
}

const pro = upsert({ set: { plan: 'pro', topics: ['a'] }, addTags: ['vip'], stage: 'mql' });

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
    ['set_stage: mql', ['stage_set']],
    ['suppress: group:7', ['suppressed']],
    ['lift: all', []],
    ['enroll: nurture', ['enrolled']],
    ['notify: { to: kim@example.com, title: Hi }', ['effect_requested']],
  ])('%s on a new contact', (action, expected) => {
    expect(asked(action).map(({ type, data }) => ('name' in data ? `${type} ${data.name}` : type))).toEqual(expected);
  });

  it.each<[string, string[]]>([
    ['set: { plan: pro, seats: 5, topics: [a] }', ['attribute_set']],
    ['clear: plan', ['attribute_cleared']],
    ['add_tag: vip', []],
    ['remove_tag: vip', ['tag_removed']],
    ['set_stage: mql', []],
  ])('%s only where it changes something', (action, expected) => {
    expect(asked(action, pro).map(({ type }) => type)).toEqual(expected);
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
