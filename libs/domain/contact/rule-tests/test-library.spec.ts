import { testLibrary } from './test-library.js';

const RULE = `rule: hot
on: clicked
where: event.url.contains("/pricing")
if: |-
  !contact.suppressed && count("clicked", "7d", e, e.url.contains("/pricing")) >= 2
then:
  - add_score: 10
  - notify: { to: owner, title: "Hot: {{ contact.email }}" }
limits: { per_contact: 1 in 1d }
`;
const TESTS = (then: string, more = '') => `rule: hot
tests:
  - name: tells the owner at the second click
    given:
      contact: { score: 5${more} }
      history: [ { ago: 2d, clicked: { url: "https://example.com/pricing" } } ]
    when: [ { clicked: { url: "https://example.com/pricing" } } ]
    then: ${then}
`;
const run = (tests: string) =>
  testLibrary([
    { path: 'rules/hot.yaml', text: RULE },
    { path: 'rules/hot.test.yaml', text: tests },
  ]);

describe('tests of rules', () => {
  it('pass where the rule does what is expected', () => {
    const { problems, results, untested } = run(
      TESTS(
        '{ fires: 1, held: [], effects: [ { notify: owner, title: "Hot: ada@example.com" } ], contact: { score: 15 } }',
      ),
    );
    expect(problems).toEqual([]);
    expect(untested).toEqual([]);
    expect(results.map(({ passed, mismatches }) => ({ passed, mismatches }))).toEqual([
      { passed: true, mismatches: [] },
    ]);
  });

  it('say what was expected, what came, and what the conditions saw', () => {
    const [result] = run(TESTS('{ fires: 1, effects: [ { notify: owner } ] }', ', suppressed: [all]')).results;
    expect(result).toMatchObject({
      passed: false,
      mismatches: [
        { what: 'fires', expected: 1, got: 0 },
        { what: 'effects', expected: [{ notify: 'owner' }], got: [] },
      ],
      verdicts: [
        {
          type: 'clicked',
          matches: false,
          where: { holds: true, values: { 'event.url': 'https://example.com/pricing' } },
          if: { holds: false, values: { 'contact.suppressed': true } },
        },
      ],
    });
  });

  it.each([
    ['{ fires: false }', 'fires'],
    ['{ held: [limit] }', 'held'],
    ['{ effects: [] }', 'effects'],
    ['{ effects: [ { notify: owner, title: Cold } ] }', 'effects'],
    ['{ contact: { score: 5 } }', 'contact.score'],
    ['{ contact: { tags: [vip] } }', 'contact.tags'],
    ['{ contact: { stage: customer } }', 'contact.stage'],
    ['{ contact: { suppressed: [all] } }', 'contact.suppressed'],
    ['{ contact: { sequences: [a] } }', 'contact.sequences'],
  ])('%s fails when it is not so', (then, what) => {
    expect(run(TESTS(then)).results.map(({ mismatches }) => mismatches.map((one) => one.what))).toEqual([[what]]);
  });

  it('live their history under the rule: its limit counts', () => {
    const tests = `rule: hot
tests:
  - name: is told once a day
    given: { history: [ { ago: 3h, clicked: { url: /pricing } }, { ago: 2h, clicked: { url: /pricing } } ] }
    when: [ { clicked: { url: /pricing } }, { after: 23h, clicked: { url: /pricing } } ]
    then: { fires: 2, held: [limit], effects: [ { notify: owner } ] }
`;
    expect(run(tests).results.map(({ mismatches }) => mismatches)).toEqual([[]]);
  });

  it('are not run while a rule or a test has a problem', () => {
    const { problems, results } = run(TESTS('{ fire: 1 }'));
    expect(results).toEqual([]);
    expect(problems).toMatchObject([{ file: 'rules/hot.test.yaml', line: 8, problem: 'then: knows no fire' }]);
  });

  it('name rules that no test is about', () => {
    expect(testLibrary([{ path: 'rules/hot.yaml', text: RULE }])).toMatchObject({ untested: ['hot'], results: [] });
  });
});
