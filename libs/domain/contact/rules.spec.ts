import { compileRules } from '#domain/rules/compile.js';
import { given, rulesOf } from '#testing/given.js';
import { clicked, contactOf, DAY, engagement, HOUR, NOON, placed, upsert } from '#testing/inputs.js';

const PRICING = 'https://example.com/pricing';

const HOT = `rule: hot-lead
on: clicked
where: event.actor == "human" && event.url.contains("/pricing")
if: |-
  !contact.suppressed && count("clicked", "7d", e, e.actor == "human" && e.url.contains("/pricing")) >= 2
then:
  - add_score: 10
  - add_tag: pricing-interest
  - enroll: pricing-nurture
  - notify: { to: owner, template: hot-lead }
`;
const hot = (more = '') =>
  rulesOf([HOT + more], { templates: { 'hot-lead': 'Hot: {{ contact.email }}\n\nScore {{ contact.score }}.' } });

const simple = (name: string, then: string, more = '') => `rule: ${name}\non: opened\n${more}then:\n  - ${then}\n`;

describe('rules', () => {
  it('fire on the second pricing click within the week: the triggering event counts', () => {
    const world = given(hot());
    expect(world.when(clicked(PRICING)).of('rule_fired')).toEqual([]);
    const then = world.when(clicked(PRICING, { at: NOON + DAY }));
    expect(then.types).toEqual([
      'engagement_recorded',
      'rule_fired',
      'score_added',
      'tag_added',
      'enrolled',
      'effect_requested',
    ]);
    expect(then.of('rule_fired')[0]).toMatchObject({
      data: { rule: 'hot-lead', version: 1, engine: '1' },
      pii: {
        values: {
          'event.actor': 'human',
          'event.url': PRICING,
          'contact.suppressed': false,
          'count("clicked", "7d", e, e.actor == "human" && e.url.contains("/pricing"))': 2,
        },
      },
    });
    expect(then.of('effect_requested')[0]).toMatchObject({
      data: { kind: 'notify', notAfter: NOON + 2 * DAY, by: { rule: 'hot-lead', version: 1 } },
      pii: { to: 'owner', title: 'Hot: ada@example.com', body: 'Score 10.' },
    });
    expect(then.events[2]?.causationId).toBe(then.of('rule_fired')[0]?.id);
  });

  it('do not fire when the clicks are too far apart, or by a machine', () => {
    expect(
      given(hot())
        .happened(clicked(PRICING))
        .when(clicked(PRICING, { at: NOON + 8 * DAY }))
        .of('rule_fired'),
    ).toEqual([]);
    const machine = clicked(PRICING, { actor: 'machine', nth: 2 });
    expect(
      given(hot())
        .happened(clicked(PRICING), clicked(PRICING, { nth: 1 }))
        .when(machine)
        .of('rule_fired'),
    ).toEqual([]);
  });

  it('count what happened before they were published', () => {
    const world = given().happened(clicked(PRICING), clicked(PRICING, { at: NOON + HOUR }));
    const then = world.published(hot()).when(clicked(PRICING, { at: NOON + 2 * HOUR }));
    expect(Object.values(then.of('rule_fired')[0]?.pii.values ?? {})).toContain(3);
  });

  it('run by priority, then name, each on the contact as those before it left it', () => {
    const rules = rulesOf([
      simple('b', 'add_tag: b', 'if: contact.tags.exists(t, t == "a")\n'),
      simple('a', 'add_tag: a', 'if: contact.score == 5\n'),
      simple('z', 'add_score: 5', 'priority: 1\n'),
    ]);
    expect(
      given(rules)
        .when(engagement('opened'))
        .of('rule_fired')
        .map(({ data }) => data.rule),
    ).toEqual(['z', 'a', 'b']);
  });

  it('say what they held back: already enrolled', () => {
    const world = given(hot()).happened(clicked(PRICING), clicked(PRICING, { at: NOON + HOUR }));
    const then = world.when(clicked(PRICING, { at: NOON + 2 * HOUR }));
    expect(then.types).toEqual(['engagement_recorded', 'rule_fired', 'score_added', 'effect_requested', 'rule_held']);
    expect(then.of('rule_held')[0]?.data).toMatchObject({
      reason: 'already_enrolled',
      actions: [expect.stringMatching(/^enroll-/)],
    });
  });

  it('say what they held back: late', () => {
    const late = { at: NOON - 4 * DAY, recordedAt: NOON };
    const then = given(hot())
      .happened(clicked(PRICING, { ...late, nth: 1 }))
      .when(clicked(PRICING, { ...late, nth: 2 }));
    expect(then.types).toEqual(['engagement_recorded', 'rule_fired', 'score_added', 'tag_added', 'rule_held']);
    expect(then.events[0]?.data).toMatchObject({ late: true });
    expect(then.of('rule_held')[0]?.data.reason).toBe('late');
  });

  it('say what they held back: limit, counted by firings that requested effects', () => {
    const world = given(hot('limits: { per_contact: 2 in 1d }\n')).happened(clicked(PRICING));
    const reasons = (hours: number) =>
      world
        .when(clicked(PRICING, { at: NOON + hours * HOUR }))
        .of('rule_held')
        .map(({ data }) => data.reason);
    expect(reasons(1)).toEqual([]);
    expect(reasons(2)).toEqual(['already_enrolled']);
    expect(reasons(3)).toEqual(['already_enrolled', 'limit']);
    expect(reasons(26)).toEqual(['already_enrolled']);
  });

  it('say what they held back: stopped by a rule before them, on that event alone', () => {
    const rules = rulesOf([
      simple('first', 'add_score: 1', 'priority: 2\nstop: true\n'),
      simple('second', 'add_score: 10'),
      simple('false-one', 'add_score: 100', 'where: event.actor == "machine"\n'),
      'rule: follows\non: { score_reaches: 1 }\nthen:\n  - add_tag: warm\n',
    ]);
    const then = given(rules).when(engagement('opened'));
    expect(then.of('rule_fired').map(({ data }) => data.rule)).toEqual(['first', 'follows']);
    expect(then.of('rule_held').map(({ data }) => [data.rule, data.reason])).toEqual([['second', 'stopped']]);
  });

  it('stop those after them also where a limit holds back what they do, and not where they fail', () => {
    const rules = (first: string, more = '') =>
      rulesOf([simple('first', first, `priority: 2\nstop: true\n${more}`), simple('second', 'add_score: 10')]);
    const limited = given(rules('notify: { to: owner, title: A }', 'limits: { per_contact: 1 in 1d }\n'));
    const again = limited.happened(engagement('opened', { nth: 1 })).when(engagement('opened', { nth: 2 }));
    expect(again.of('rule_held').map(({ data }) => data.reason)).toEqual(['limit', 'stopped']);
    const failing = given(rules('add_score: 1', 'if: event.metadata["none"] == "x"\n')).when(engagement('opened'));
    expect(failing.of('rule_fired').map(({ data }) => data.rule)).toEqual(['second']);
  });

  it('of one group: the first that matches acts, and they share a limit', () => {
    const told = (name: string, more: string) =>
      `rule: ${name}\non: opened\ngroup: alerts\n${more}then:\n  - notify: { to: owner, title: ${name} }\n`;
    const rules = rulesOf([
      told('a', 'where: event.url == "a"\n'),
      told('b', 'limits: { per_group: 2 in 1d }\n'),
      simple('c', 'add_score: 1'),
    ]);
    const world = given(rules);
    const say = (url: string, nth: number) => {
      const then = world.when(engagement('opened', { nth, at: NOON + nth * HOUR, pii: { url } }));
      const held = then.of('rule_held').map(({ data }) => `${data.rule}: ${data.reason}`);
      return [...then.of('rule_fired').map(({ data }) => data.rule), ...held];
    };
    expect(say('a', 1)).toEqual(['a', 'c', 'b: group']);
    expect(say('b', 2)).toEqual(['b', 'c']);
    expect(say('b', 3)).toEqual(['c', 'b: group_limit']);
    // Its own limit is what holds a rule back: a has none.
    expect(say('a', 4)).toEqual(['a', 'c', 'b: group']);
    expect(say('b', 40)).toEqual(['b', 'c']);
  });

  it('held back whole, do not fire', () => {
    const rules = rulesOf([
      simple('tell', 'notify: { to: owner, title: Opened }', 'limits: { per_contact: 1 in 1d }\n'),
    ]);
    const world = given(rules).happened(engagement('opened', { nth: 1 }));
    const then = world.when(engagement('opened', { nth: 2 }));
    expect(then.types).toEqual(['engagement_recorded', 'rule_held']);
    expect(then.of('rule_held')[0]?.data).toMatchObject({ reason: 'limit', actions: [] });
  });

  it('whose condition errs are false, with the error as the reason', () => {
    const rules = rulesOf([simple('x', 'add_score: 1', 'where: event.metadata["none"] == "a"\n')]);
    const then = given(rules).when(engagement('opened'));
    expect(then.types).toEqual(['engagement_recorded', 'address_set', 'rule_failed']);
    expect(then.of('rule_failed')[0]?.pii.error).toBe('No such key: none');
  });

  it('whose action throws do nothing at all, and others go on', () => {
    const rules = rulesOf([
      'rule: a\non: opened\nthen:\n  - add_score: 1\n  - add_tag: new\n',
      simple('b', 'add_score: 2'),
    ]);
    const tags = Array.from({ length: 200 }, (_, i) => `t${i}`);
    const then = given(rules)
      .happened(upsert({ addTags: tags }))
      .when(engagement('opened'));
    expect(then.types).toEqual(['engagement_recorded', 'rule_failed', 'rule_fired', 'score_added']);
    expect(then.state.score).toBe(2);
  });

  it('are not triggered by what is ambiguous or imported', () => {
    const rules = rulesOf([simple('x', 'add_score: 1')]);
    expect(
      given(rules)
        .when(engagement('opened', { ambiguous: true }))
        .of('rule_fired'),
    ).toEqual([]);
    expect(
      given(rules)
        .when(engagement('opened', { imported: true }))
        .of('rule_fired'),
    ).toEqual([]);
  });

  it('ask for the same effect in whatever version: the id has none', () => {
    const yaml = simple('tell', 'notify: { to: owner, title: Opened }');
    const effect = (version: number) =>
      given(compileRules([{ rule: 'tell', version, yaml, templates: {} }]))
        .when(engagement('opened'))
        .of('effect_requested')[0];
    expect(effect(2)?.data.effectId).toBe(effect(1)?.data.effectId);
    expect(effect(2)?.data.by).toMatchObject({ version: 2 });
  });
});

describe('a notification', () => {
  const rules = rulesOf([simple('tell', 'notify: { to: owner, title: Opened }')]);
  const world = given(rules);
  const effectId = world.when(engagement('opened')).of('effect_requested')[0]!.data.effectId;
  const command = (what: 'take' | 'done', of = effectId, nth = 0) =>
    placed(
      { type: 'notification_command', v: 1, data: { effectId: of, command: what }, pii: { by: 'kim' } },
      { nth },
      what,
    );

  it('is taken, then done, and nothing else', () => {
    expect(world.when(command('take')).types).toEqual(['notification_taken']);
    expect(world.when(command('take', effectId, 1)).of('command_refused')[0]?.data.reason).toBe('already_taken');
    expect(world.when(command('done')).types).toEqual(['notification_done']);
    expect(world.when(command('done', effectId, 1)).of('command_refused')[0]?.data.reason).toBe('already_done');
    expect(world.when(command('take', contactOf('x'), 2)).of('command_refused')[0]?.data.reason).toBe(
      'unknown_notification',
    );
  });
});
