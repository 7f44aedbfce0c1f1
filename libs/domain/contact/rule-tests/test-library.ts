/** All tests of a directory of rules, run over the rules of the same directory. Pure: the caller hands in the files' text. */
import { typesOf } from '#domain/rules/attributes/declaration.js';
import { compileRules } from '#domain/rules/compile.js';
import type { RulesInForce } from '#domain/rules/in-force.js';
import { type LibraryContext, type LibraryFile, type LibraryRule, readLibrary } from '#domain/rules/library.js';
import type { RuleProblem } from '#domain/rules/problem.js';
import { readTests } from '#domain/rules/tests/read-tests.js';
import { isTestFile, type RuleTest } from '#domain/rules/tests/test-file.js';
import { runTest, type TestResult } from './run-test.js';

export interface LibraryTested {
  /** Of rules, templates, declarations and tests. With any no test is run. */
  readonly problems: readonly RuleProblem[];
  readonly results: readonly TestResult[];
  /** Rules that no test is about. */
  readonly untested: readonly string[];
}

export function testLibrary(files: readonly LibraryFile[], context: LibraryContext = {}): LibraryTested {
  const { rules, problems, attributes, segments } = readLibrary(files, context);
  const vocabulary = { rules: rules.map(({ rule }) => rule), attributes: typesOf(attributes ?? []) };
  const read = files
    .filter(({ path }) => isTestFile(path))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, text }) => readTests(path, text, vocabulary));
  const tests = read.flatMap((one) => one.tests);
  const all = [...problems, ...read.flatMap((one) => one.problems)];
  const untested = vocabulary.rules.filter((rule) => !tests.some((test) => test.rule === rule));
  if (all.length > 0) return { problems: all, results: [], untested };
  return { problems: [], results: tests.map((test) => runTest(test, inForceFor(test, rules, segments))), untested };
}

/** The rule under test and those that the test asks for beside it; all segments. */
function inForceFor(
  { rule, with: others }: RuleTest,
  rules: readonly LibraryRule[],
  segments: readonly LibraryRule[],
): RulesInForce {
  const wanted = rules.filter((one) => one.rule === rule || others.includes(one.rule));
  return compileRules([...wanted, ...segments].map((one) => ({ ...one, version: 1 })));
}
