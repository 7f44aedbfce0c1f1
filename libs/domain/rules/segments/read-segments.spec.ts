import { readLibrary } from '../library.js';
import type { RuleProblem } from '../problem.js';

const RULE = `rule: told\non: { segment_entered: engaged }\nif: 'in_segment("engaged")'\nthen:\n  - add_tag: told\n`;
const segment = (name: string, condition: string) => ({
  path: `segments/${name}.yaml`,
  text: `segment: ${name}\nif: '${condition}'\n`,
});
const rule = (text = RULE) => ({ path: 'rules/told.yaml', text });
const problemsOf = (...files: { path: string; text: string }[]): readonly RuleProblem[] => readLibrary(files).problems;
const ENGAGED = segment('engaged', 'count("opened", "30d") >= 3');

describe('the segments of a directory', () => {
  it('are definitions beside its rules, which may name them', () => {
    const { segments, problems } = readLibrary([rule(), ENGAGED]);
    expect(problems).toEqual([]);
    expect(segments.map((one) => one.rule)).toEqual(['segment:engaged']);
  });

  it('keep a rule from naming one that is not there, with the nearest that is', () => {
    const misspelt = rule(RULE.replaceAll('engaged', 'engagd'));
    expect(problemsOf(misspelt, ENGAGED)).toEqual([
      {
        file: 'rules/told.yaml',
        line: 2,
        column: 24,
        problem: 'there is no segment engagd',
        cure: 'did you mean engaged?',
      },
      {
        file: 'rules/told.yaml',
        line: 3,
        column: 17,
        problem: 'there is no segment engagd',
        cure: 'did you mean engaged?',
      },
    ]);
  });

  it('may ask for each other as long as that ends', () => {
    const [a, b] = [segment('a', 'in_segment("b")'), segment('b', 'in_segment("engaged")')];
    expect(problemsOf(rule(), ENGAGED, a, b)).toEqual([]);
    const back = segment('engaged', 'in_segment("a")');
    expect(problemsOf(rule(), back, a, b)).toMatchObject([
      { problem: 'segments ask for each other: a, b, engaged, a' },
    ]);
  });

  it.each([
    [
      'event.url == "x"',
      'nothing is called event here',
      'a segment is about no event: ask count, never or days_since for what happened',
    ],
    ['minute_of_day_in("UTC") > 10', 'minute_of_day_in changes every minute', 'a segment may ask hour_in'],
    ['contact.scor > 1', 'there is no field scor', 'did you mean score?'],
  ])('have no %s', (condition, problem, cure) => {
    expect(problemsOf(rule(), segment('engaged', condition))).toMatchObject([{ problem, cure, line: 2 }]);
  });

  it('have a name and a condition, and one place each', () => {
    expect(problemsOf(rule(), { path: 'segments/engaged.yaml', text: 'segment: engaged\nwhen: x\n' })).toMatchObject([
      { problem: 'the segment has no if:' },
      { problem: 'a segment knows no when' },
    ]);
    expect(problemsOf(rule(), ENGAGED, { ...ENGAGED, path: 'segments/zwei.yaml' })).toMatchObject([
      { file: 'segments/zwei.yaml', problem: 'a segment called engaged is in segments/engaged.yaml already' },
    ]);
  });
});
