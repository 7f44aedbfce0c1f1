import { parseRule } from './parse-rule.js';
import type { RuleProblem } from './problem.js';
import type { Vocabulary } from './vocabulary.js';

const vocabulary: Vocabulary = {
  attributes: { plan: 'string', seats: 'int' },
  templates: { 'hot-lead': 'Hot: {{ contact.email }}\n\nNow.' },
  teams: null,
  sequences: ['pricing-nurture'],
  owners: ['kim@example.com'],
};

const GOOD = `rule: hot-lead
description: Tell the owner.
on: clicked
priority: 5
where: |-
  event.actor == "human" && event.url.contains("/pricing")
if: |-
  !contact.suppressed && contact.score >= 50
  && count("clicked", "7d", e, e.actor == "human") >= 2
then:
  - add_score: 10
  - set: { plan: pro, seats: 5 }
  - clear: plan
  - add_tag: pricing-interest
  - remove_tag: cold
  - set_stage: mql
  - suppress: list:news
  - lift: group:7
  - enroll: pricing-nurture
  - notify: { to: owner, template: hot-lead }
  - { id: tell-team, notify: { to: team:sales, title: "Hot: {{ contact.email }}", body: "{{ event.url }}" } }
limits: { per_contact: 2 in 30d }
`;

function problems(text: string): RuleProblem[] {
  const parsed = parseRule('rules/x.yaml', text, vocabulary);
  if ('rule' in parsed) throw new Error('accepted');
  return parsed.problems;
}

/** GOOD with one line in the place of the line that starts with `start`. */
function withLine(start: string, line: string): string {
  return GOOD.split('\n')
    .map((one) => (one.startsWith(start) ? line : one))
    .join('\n');
}

describe('a rule', () => {
  it('is read whole', () => {
    const parsed = parseRule('rules/hot-lead.yaml', GOOD, vocabulary);
    if (!('rule' in parsed)) throw new Error(JSON.stringify(parsed.problems));
    const { rule } = parsed;
    expect(rule).toMatchObject({
      name: 'hot-lead',
      on: { type: 'clicked', text: 'clicked' },
      priority: 5,
      perContact: { count: 2, window: 30 * 86_400_000 },
    });
    expect(rule.templates).toEqual(['hot-lead']);
    expect(rule.then.map(({ kind }) => kind)).toEqual([
      ...[
        'add_score',
        'set',
        'clear',
        'add_tag',
        'remove_tag',
        'set_stage',
        'suppress',
        'lift',
        'enroll',
        'notify',
        'notify',
      ],
    ]);
    expect(rule.then.at(-1)?.id).toBe('tell-team');
    expect(new Set(rule.then.map(({ id }) => id)).size).toBe(rule.then.length);
  });

  it('derives ids of actions from kind and target, never from their place', () => {
    const ids = (then: string) => {
      const parsed = parseRule('x', `rule: x\non: opened\nthen:\n${then}`, vocabulary);
      if (!('rule' in parsed)) throw new Error(JSON.stringify(parsed.problems));
      return parsed.rule.then.map(({ id }) => id);
    };
    const [a, b] = ids('  - add_tag: a\n  - add_tag: b\n');
    expect(ids('  - add_tag: b\n  - add_tag: a\n')).toEqual([b, a]);
    expect(a).toMatch(/^add_tag-[0-9a-f]{8}$/);
  });

  it('refuses a guard that YAML would drop, with the cure', () => {
    const text = 'rule: x\non: clicked\nif: !contact.suppressed && contact.score >= 50\nthen:\n  - add_score: 1\n';
    expect(problems(text)).toEqual([
      {
        file: 'rules/x.yaml',
        line: 3,
        column: 5,
        problem: '!contact.suppressed is a YAML tag here, not text: it would be dropped without a word',
        cure: "put the text in quotes: '!contact.suppressed && contact.score >= 50', or after |- on a line of its own",
      },
    ]);
  });

  it.each([
    ['an anchor', withLine('  - add_score', '  - add_score: &ten 10'), 11, 'YAML anchor'],
    ['an alias', withLine('  - add_score', '  - add_score: *ten'), 11, 'YAML alias'],
    ['a tag', withLine('  - add_score', '  - add_score: !!int "10"'), 11, 'YAML tag'],
    ['a merge key', withLine('limits', 'limits: { <<: { per_contact: 1 in 30d } }'), 22, 'merge key'],
    ['a duplicate key', `${GOOD}on: opened\n`, 23, 'written twice'],
    ['a directive', `%YAML 1.1\n---\n${GOOD}`, 1, 'directive'],
    ['a second document', `${GOOD}---\nrule: y\n`, 23, 'second document'],
    ['broken YAML', withLine('limits', 'limits: { per_contact: 1 in 30d'), 23, 'no YAML'],
    ['an empty condition', 'rule: x\non: clicked\nif:\nthen:\n  - add_score: 1\n', 3, 'is empty'],
    ['a condition that is no text', 'rule: x\non: clicked\nif: true\nthen:\n  - add_score: 1\n', 3, 'no text'],
    ['an unknown key', withLine('priority', 'prioritty: 5'), 4, 'knows no prioritty'],
    ['an unknown trigger', withLine('on:', 'on: cliked'), 3, 'nothing is called cliked'],
    ['a change of an unknown attribute', withLine('on:', 'on: { attribute_changed: plam }'), 3, 'no attribute plam'],
    ['a change of nothing', withLine('on:', 'on: attribute_changed'), 3, 'attribute_changed of what'],
    ['a line that is no number', withLine('on:', 'on: { score_reaches: high }'), 3, 'no whole number'],
    ['two triggers', withLine('on:', 'on: { tag_added: a, tag_removed: b }'), 3, 'waits for one thing'],
    ['an option of no trigger', withLine('on:', 'on: { tag_added: a, of: b }'), 3, 'tag_added knows no of'],
    ['an argument of an engagement', withLine('on:', 'on: { clicked: twice }'), 3, 'clicked takes nothing'],
    ['an unknown trigger of something', withLine('on:', 'on: { tag_addded: a }'), 3, 'nothing is called tag_addded'],
    ['a stop that is no truth', withLine('priority', 'stop: yes please'), 4, 'neither true nor false'],
    ['a limit of no group', withLine('limits', 'limits: { per_group: 1 in 1d }'), 22, 'in no group'],
    ['a missing name', 'on: clicked\nthen:\n  - add_score: 1\n', 1, 'no rule:'],
    ['an unknown action', withLine('  - add_score', '  - add_scor: 10'), 11, 'knows no add_scor'],
    ['two actions in one', withLine('  - add_score', '  - { add_score: 10, add_tag: a }'), 11, 'several actions'],
    ['a score that is no integer', withLine('  - add_score', '  - add_score: 1.5'), 11, 'no whole number'],
    ['a score of text', withLine('  - add_score', '  - add_score: "10"'), 11, 'no whole number'],
    ['an undeclared attribute', withLine('  - set', '  - set: { plam: pro }'), 12, 'no attribute plam'],
    ['an attribute of another type', withLine('  - set:', '  - set: { seats: many }'), 12, 'expected a whole number'],
    ['a tag with spaces', withLine('  - add_tag', '  - add_tag: hot lead'), 14, 'cannot be "hot lead"'],
    ['an unknown scope', withLine('  - suppress', '  - suppress: everything'), 17, 'a scope cannot be'],
    ['an unknown sequence', withLine('  - enroll', '  - enroll: pricing-nurtur'), 19, 'no sequence pricing-nurtur'],
    [
      'an unknown template',
      withLine('  - notify', '  - notify: { to: owner, template: hot-led }'),
      20,
      'no template hot-led',
    ],
    [
      'an unknown recipient',
      withLine('  - notify', '  - notify: { to: boss, template: hot-lead }'),
      20,
      'nobody is called boss',
    ],
    [
      'an unknown name in a text',
      withLine('  - notify', '  - notify: { to: owner, title: "{{ contact.emial }}" }'),
      20,
      'contact.emial',
    ],
    [
      'the same action twice',
      withLine('  - remove_tag', '  - add_tag: pricing-interest'),
      15,
      'has this action already',
    ],
    ['a wrong limit', withLine('limits', 'limits: { per_contact: once in 30d }'), 22, 'a limit cannot be'],
    [
      'a limit of nothing',
      'rule: x\non: clicked\nthen:\n  - add_score: 1\nlimits: { per_contact: 1 in 1d }\n',
      5,
      'nothing to limit',
    ],
    ['an empty list', 'rule: x\non: clicked\nthen: []\n', 3, 'at least one'],
    ['an empty file', '\n# nothing\n', 1, 'empty'],
    ['a list', '- a\n', 1, 'no map'],
    ['deep brackets', `rule: ${'['.repeat(5000)}`, 1, 'nested too deep'],
    [
      'a lone soft bounce',
      'rule: x\non: soft_bounce\nthen:\n  - suppress: all\n',
      3,
      'a soft bounce alone never suppresses',
    ],
  ])('refuses %s', (_what, text, line, problem) => {
    const [first] = problems(text);
    expect(first?.problem).toMatch(new RegExp(problem));
    expect(first).toMatchObject({ file: 'rules/x.yaml', line });
    expect(first?.cure).not.toBe('');
  });

  it('lets several soft bounces suppress', () => {
    const text = 'rule: x\non: soft_bounce\nif: count("soft_bounce", "14d") >= 5\nthen:\n  - suppress: all\n';
    expect(parseRule('x', text)).toHaveProperty('rule');
  });

  it('tells every problem of a file, in order', () => {
    const text = withLine('on:', 'on: cliked')
      .replace('event.actor ==', 'event.actr ==')
      .replace('add_tag:', 'add_tg:');
    expect(problems(text).map(({ line }) => line)).toEqual([3, 6, 14]);
  });

  it.each([
    ['plain', 'if: contact.scor > 1', 3, 13],
    ['single quotes', 'if: \'contact.stage == "a" && contact.scor > 1\'', 3, 38],
    ['double quotes', 'if: "contact.score > 1 && contact.scor > 1"', 3, 35],
    ['a literal block', 'if: |-\n  contact.score > 1\n  && contact.scor > 1', 5, 14],
    ['a folded block', 'if: >-\n  contact.score > 1\n  && contact.scor > 1', 5, 14],
    ['plain over lines', 'if: contact.score > 1\n  && contact.scor > 1', 4, 14],
  ])('places a problem inside a condition: %s', (_style, condition, line, column) => {
    const text = `rule: x\non: clicked\n${condition}\nthen:\n  - add_score: 1\n`;
    expect(problems(text)).toMatchObject([{ line, column, cure: 'did you mean score?' }]);
  });
});
