/** How many counts of history the rules of a workspace may ask for in all: each is part of every contact's state. */
import { compileRules, type RuleSource } from './compile.js';
import type { RuleProblem } from './problem.js';

export const MAX_COUNTERS = 200;

/** `count`: of distinct pairs of type and filter. Null where it may be. */
export function counterProblem(count: number): RuleProblem | null {
  if (count <= MAX_COUNTERS) return null;
  const problem = `these rules ask for ${count} different counts of history`;
  const cure = `at most ${MAX_COUNTERS} in a workspace: use the same type and filter where you mean the same, or retire a rule`;
  return { file: 'rules', line: 1, column: 1, problem, cure };
}

/** Of rules that would be in force together, each checked on its own before. */
export function counterProblemOf(rules: readonly Omit<RuleSource, 'version'>[]): RuleProblem | null {
  return counterProblem(compileRules(rules.map((rule) => ({ ...rule, version: 1 }))).counters.length);
}
