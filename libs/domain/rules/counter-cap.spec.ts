import { counterProblem, counterProblemOf, MAX_COUNTERS } from './counter-cap.js';

const counting = (nth: number, filter: number) => ({
  rule: `r${nth}`,
  yaml: `rule: r${nth}\non: clicked\nif: count("clicked", "7d", e, e.url == "${filter}") > 1\nthen:\n  - add_score: 1\n`,
  templates: {},
});
const rules = (count: number, filters = count) => Array.from({ length: count }, (_, n) => counting(n, n % filters));

describe('counts of history in a workspace', () => {
  it('are capped over all rules that would be in force together', () => {
    expect(counterProblemOf(rules(MAX_COUNTERS))).toBeNull();
    expect(counterProblemOf(rules(MAX_COUNTERS + 1))?.problem).toBe(
      'these rules ask for 201 different counts of history',
    );
  });

  it('are one where rules mean the same', () => {
    expect(counterProblemOf(rules(MAX_COUNTERS + 50, 20))).toBeNull();
    expect(counterProblem(MAX_COUNTERS)).toBeNull();
  });
});
