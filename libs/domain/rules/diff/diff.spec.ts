import { type Comparable, diffRules } from './diff.js';
import { diffLines } from './lines.js';

const OLD = `rule: hot
description: Old.
on: clicked
where: event.actor == "human" && event.url.contains("/pricing")
if: |-
  !contact.suppressed && contact.score >= 50
  && count("clicked", "7d") >= 2
then:
  - add_score: 10
  - notify: { to: owner, template: hot }
limits: { per_contact: 1 in 30d }
`;
const of = (yaml: string, more: Partial<Comparable> = {}): Comparable => ({
  yaml,
  templates: { hot: 'Hot' },
  attributes: {},
  ...more,
});
const words = (now: string, more: Partial<Comparable> = {}) => diffRules(of(OLD), of(now, more)).words;

describe('the difference of two versions', () => {
  it.each([
    [['>= 50', '>= 60'], ['condition (if): contact.score >= 50 → 60']],
    [['"7d"', '"14d"'], ['condition (if): count("clicked", "7d") >= 2 → count("clicked", "14d") >= 2']],
    [['!contact.suppressed && ', ''], ['condition removed (if): !contact.suppressed']],
    [['"human" && ', '"human" && event.scope == "" && '], ['condition added (where): event.scope == ""']],
    [['on: clicked', 'on: opened'], ['trigger: clicked → opened']],
    [['on: clicked', 'on: { score_reaches: 50 }'], ['trigger: clicked → { score_reaches: 50 }']],
    [['add_score: 10', 'add_score: 20'], ['action add_score: 10 → 20']],
    [['  - add_score: 10\n', ''], ['action removed: add_score: 10']],
    [['then:\n', 'then:\n  - { id: a, add_tag: hot }\n'], ['action added: add_tag: hot (id a)']],
    [['1 in 30d', '2 in 7d'], ['limit per_contact: 1 in 30d → 2 in 7d']],
    [['description: Old.', 'description: New.'], ['description: Old. → New.']],
    [['rule: hot\n', 'rule: hot\npriority: 5\n'], ['priority added: 5']],
    [['rule: hot\n', '# why\nrule: hot\n'], ['only comments or layout changed']],
  ])('%j is told as %j', ([was, is], told) => {
    expect(words(OLD.replace(was as string, is as string))).toEqual(told);
  });

  it('tells templates and types that a version is made of', () => {
    expect(words(OLD, { templates: { hot: 'Hotter', cold: 'x' }, attributes: { plan: 'string' } })).toEqual([
      'template added: cold',
      'template hot: text changed',
      'attribute added: plan',
    ]);
  });

  it('tells that actions stand in another order, for later ones see what earlier ones did', () => {
    const turned = OLD.replace(
      '  - add_score: 10\n  - notify: { to: owner, template: hot }',
      '  - notify: { to: owner, template: hot }\n  - add_score: 10',
    );
    expect(words(turned)).toEqual(['actions stand in another order']);
  });

  it('takes a condition with || for one: its parts are no conditions of their own', () => {
    const or = OLD.replace('event.actor == "human" && ', 'event.actor == "human" || ');
    expect(words(or)[0]).toMatch(/^condition removed \(where\): event\.actor == "human"$/);
    expect(words(or).at(-1)).toMatch(/^condition added \(where\): event\.actor == "human" \|\| /);
  });

  it('is empty for the same, and whole for what is new or gone', () => {
    expect(diffRules(of(OLD), of(OLD)).words).toEqual([]);
    expect(diffRules(null, of('rule: a\n'))).toEqual({
      words: ['rule added'],
      lines: [{ sign: '+', text: 'rule: a' }],
    });
    expect(diffRules(of('rule: a\n'), null)).toEqual({
      words: ['rule removed'],
      lines: [{ sign: '-', text: 'rule: a' }],
    });
  });

  it('survives a draft that is no YAML', () => {
    expect(diffRules(of(OLD), of('rule: [')).lines.at(-1)).toEqual({ sign: '+', text: 'rule: [' });
  });
});

describe('lines', () => {
  it('that stay are told once, and both texts can be read off', () => {
    const [before, after] = ['a\nb\nc\nd\n', 'a\nc\nx\nd\ne\n'];
    const lines = diffLines(before, after);
    const side = (sign: '-' | '+') =>
      lines.flatMap((one) => (one.sign === ' ' || one.sign === sign ? [`${one.text}\n`] : [])).join('');
    expect([side('-'), side('+')]).toEqual([before, after]);
    expect(lines.filter(({ sign }) => sign !== ' ')).toHaveLength(3);
  });
});
