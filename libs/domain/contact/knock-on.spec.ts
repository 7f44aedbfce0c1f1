import { given, rulesOf } from '#testing/given.js';
import { clicked, engagement, NOON, upsert } from '#testing/inputs.js';
import { MAX_DEPTH, MAX_FIRINGS } from './knock-on.js';

const attributes = { plan: 'string', seats: 'int', topics: 'list' } as const;
const rule = (name: string, on: string, then: string, more = '') =>
  `rule: ${name}\non: ${on}\n${more}then:\n  - ${then}\n`;
const of = (...yamls: string[]) => rulesOf(yamls, { attributes });

const fired = (events: ReturnType<ReturnType<typeof given>['when']>) =>
  events.of('rule_fired').map(({ data }) => data.rule);

describe('a change of the contact', () => {
  it.each<[string, Parameters<typeof upsert>[0], boolean]>([
    ['{ attribute_changed: plan }', { set: { plan: 'free' } }, true],
    ['{ attribute_changed: plan }', { set: { plan: 'pro' } }, false],
    ['{ attribute_changed: plan }', { clear: ['plan'] }, true],
    ['{ attribute_changed: plan }', { set: { seats: 9 } }, false],
    ['{ tag_added: vip }', { addTags: ['vip'] }, true],
    ['{ tag_added: vip }', { addTags: ['other'] }, false],
    ['tag_added', { addTags: ['other'] }, true],
    ['{ tag_added: old }', { addTags: ['old'] }, false],
    ['{ tag_removed: old }', { removeTags: ['old'] }, true],
    ['tag_removed', { addTags: ['old'] }, false],
    ['stage_changed', { stage: 'customer' }, true],
    ['stage_changed', { stage: 'mql' }, false],
    ['{ stage_changed: customer }', { stage: 'customer' }, true],
    ['{ stage_changed: customer }', { stage: 'lead' }, false],
    ['owner_changed', { owner: 'kim@example.com' }, true],
    ['owner_changed', { owner: 'lee@example.com' }, false],
  ])('triggers on: %s by a write of %j: %s', (on, write, expected) => {
    const before = upsert({
      set: { plan: 'pro', seats: 5 },
      addTags: ['old'],
      stage: 'mql',
      owner: 'lee@example.com',
    });
    const world = given().happened(before);
    const then = world
      .published(of(rule('x', on, 'add_score: 1')))
      .when(upsert(write, { nth: 1, recordedAt: NOON + 1 }));
    expect(fired(then)).toEqual(expected ? ['x'] : []);
    if (expected) expect(then.of('rule_fired')[0]?.causationId).toBe(then.events[0]?.id);
  });

  it.each<[string, number, string[]]>([
    ['{ score_reaches: 50 }', 49, []],
    ['{ score_reaches: 50 }', 50, ['grant', 'x']],
    ['{ score_reaches: 50 }', 80, ['grant', 'x']],
    ['{ score_falls_below: 50 }', 80, []],
    ['{ score_falls_below: 0 }', -1, ['grant', 'x']],
  ])('triggers on: %s when %d points are added to none', (on, points, expected) => {
    const rules = of(rule('grant', 'opened', `add_score: ${points}`), rule('x', on, 'add_tag: crossed'));
    const then = given(rules).when(engagement('opened'));
    expect(fired(then)).toEqual(expected.length === 0 ? ['grant'] : expected);
  });

  it('is not a crossing while the score stays above the line', () => {
    const rules = of(rule('grant', 'opened', 'add_score: 30'), rule('x', '{ score_reaches: 50 }', 'add_tag: crossed'));
    const world = given(rules).happened(engagement('opened', { nth: 1 }));
    expect(fired(world.when(engagement('opened', { nth: 2 })))).toEqual(['grant', 'x']);
    expect(fired(world.when(engagement('opened', { nth: 3 })))).toEqual(['grant']);
  });

  it('shows what was and what is, under the declared type', () => {
    const rules = of(
      rule(
        'more',
        '{ attribute_changed: seats }',
        'notify: { to: owner, title: "{{ event.before }} → {{ event.after }}" }',
        'where: event.after > event.before\nif: has(event.before)\n',
      ),
    );
    const world = given(rules);
    expect(fired(world.when(upsert({ set: { seats: 5 } })))).toEqual([]);
    const then = world.when(upsert({ set: { seats: 12 } }, { nth: 1 }));
    expect(then.of('effect_requested')[0]?.pii).toMatchObject({ title: '5 → 12' });
    expect(then.of('rule_fired')[0]?.pii.values).toMatchObject({ 'event.before': 5, 'event.after': 12 });
    expect(fired(world.when(upsert({ set: { seats: 7 } }, { nth: 2 })))).toEqual([]);
  });

  it('by an import triggers nothing unless it is asked to', () => {
    const rules = of(rule('x', 'tag_added', 'add_score: 1'));
    expect(fired(given(rules).when(upsert({ addTags: ['a'] }, { firesRules: false })))).toEqual([]);
    expect(fired(given(rules).when(upsert({ addTags: ['a'] }, { firesRules: true })))).toEqual(['x']);
  });

  it('knows which rule made it', () => {
    const rules = of(
      rule('a', 'clicked', 'add_tag: a'),
      rule('b', 'tag_added', 'add_tag: b', 'where: event.rule == ""\n'),
    );
    expect(fired(given(rules).when(clicked('https://example.com/')))).toEqual(['a']);
    expect(fired(given(rules).when(upsert({ addTags: ['x'] })))).toEqual(['b']);
  });
});

describe('rules that follow from each other', () => {
  it('run after those on the event itself, change by change in the order of recording', () => {
    const rules = of(
      'rule: a\non: clicked\npriority: 1\nthen:\n  - add_tag: one\n  - add_tag: two\n',
      rule('b', 'clicked', 'add_tag: three'),
      rule('on-two', '{ tag_added: two }', 'add_tag: late', 'priority: 9\n'),
      rule('on-one', '{ tag_added: one }', 'add_tag: four'),
      rule('on-three', '{ tag_added: three }', 'add_score: 1'),
      rule('on-four', '{ tag_added: four }', 'add_score: 1'),
    );
    expect(fired(given(rules).when(clicked('https://example.com/')))).toEqual([
      ...['a', 'b', 'on-one', 'on-two', 'on-three', 'on-four'],
    ]);
  });

  it('are cut when one has followed from another so often, and say so', () => {
    const rules = of(
      rule('add', '{ tag_removed: x }', 'add_tag: x'),
      rule('remove', '{ tag_added: x }', 'remove_tag: x'),
    );
    const then = given(rules).when(upsert({ addTags: ['x'] }));
    expect(fired(then)).toHaveLength(MAX_DEPTH);
    expect(then.of('rule_held').map(({ data }) => [data.rule, data.reason, data.actions])).toEqual([
      ['remove', 'cycle', []],
    ]);
  });

  it('are cut where their number grows at each step', () => {
    const doubling = (name: string, from: string, to: string) =>
      `rule: ${name}\non: { tag_${from}: x }\nthen:\n  - { id: one, add_score: 1 }\n  - ${to}_tag: x\n`;
    const crossing = Array.from({ length: 20 }, (_, n) => [
      doubling(`off-${n}`, 'added', 'remove'),
      `rule: on-${n}\non: score_changed\nthen:\n  - add_score: 1\n`.replace(
        'score_changed',
        `{ score_reaches: ${n + 1} }`,
      ),
    ]).flat();
    const then = given(of(...crossing, doubling('again', 'removed', 'add'))).when(upsert({ addTags: ['x'] }));
    expect(fired(then).length).toBeLessThanOrEqual(MAX_FIRINGS);
    expect(then.events.length).toBeLessThan(1_000);
  });

  it('hold back effects of a late engagement all the way', () => {
    const rules = of(
      rule('a', 'clicked', 'add_tag: a'),
      rule('b', '{ tag_added: a }', 'notify: { to: owner, title: A }'),
    );
    const then = given(rules).when(clicked('https://example.com/', { at: NOON - 4 * 86_400_000, recordedAt: NOON }));
    expect(then.of('rule_held').map(({ data }) => [data.rule, data.reason])).toEqual([['b', 'late']]);
  });
});
