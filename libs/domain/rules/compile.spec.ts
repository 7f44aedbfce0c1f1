import { rulesOf } from '#testing/given.js';
import { engagement } from '#testing/inputs.js';
import { compileRules } from './compile.js';
import { EventView } from './condition/event-view.js';

const rule = (name: string, where: string, more = '') =>
  `rule: ${name}\non: clicked\n${more}where: |-\n  ${where}\nthen:\n  - add_score: 1\n`;

function view(url: string, actor: 'human' | 'machine' = 'human'): EventView {
  const { data, pii } = engagement('clicked', { actor, pii: { url } }).input;
  return new EventView({ data, pii });
}

describe('rules in force', () => {
  const rules = rulesOf([
    rule('any', 'event.url != ""'),
    rule('one', 'event.url == "one" && event.actor == "human"', 'priority: 1\n'),
    rule('two', 'event.actor == "human" && event.url == "two"'),
    rule('also-one', '"one" == event.url'),
    rule('either', 'event.url == "one" || event.url == "two"'),
    'rule: other\non: opened\nthen:\n  - add_score: 1\n',
  ]);

  it('are found by trigger and equality, in order of priority and name', () => {
    const names = (url: string) => rules.candidates(view(url)).map(({ name }) => name);
    expect(names('one')).toEqual(['one', 'also-one', 'any', 'either']);
    expect(names('two')).toEqual(['any', 'either', 'two']);
    expect(names('three')).toEqual(['any', 'either']);
  });

  it('are asked the fewer, the more their terms differ: the field with the most literals is the index', () => {
    const many = rulesOf(
      Array.from({ length: 500 }, (_, i) => rule(`r${i}`, `event.actor == "human" && event.url == "${i}"`)),
    );
    expect(many.candidates(view('7')).map(({ name }) => name)).toEqual(['r7']);
  });

  it('share equal counters', () => {
    const count = (name: string, at: number) =>
      `rule: ${name}\non: clicked\nif: count("clicked", "7d", e, e.actor == "human") >= ${at}\nthen:\n  - add_score: 1\n`;
    const { counters, countersKey } = rulesOf([count('a', 1), count('b', 2)]);
    expect(counters).toHaveLength(1);
    expect(countersKey).toBe(rulesOf([count('c', 3)]).countersKey);
    expect(countersKey).not.toBe('');
    expect(rules.countersKey).toBe('');
  });

  it('say which counters count an engagement', () => {
    const counting = rulesOf([
      'rule: a\non: opened\nif: count("clicked", "7d", e, e.actor == "human") + count("clicked", "1d") > count("opened", "1d")\nthen:\n  - add_score: 1\n',
    ]);
    expect(counting.counters).toHaveLength(3);
    expect(counting.counted(view('x'))).toHaveLength(2);
    expect(counting.counted(view('x', 'machine'))).toHaveLength(1);
  });

  it('are refused when a version does not check here', () => {
    const source = {
      rule: 'x',
      version: 3,
      yaml: 'rule: x\non: never-heard-of\nthen:\n  - add_score: 1\n',
      templates: {},
    };
    expect(() => compileRules([source])).toThrow('rule x version 3 cannot be read here');
  });
});
