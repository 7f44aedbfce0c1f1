/** `afterclick rules test DIR`: tests in given/when/then, run in this process over a fake clock; no server. */
import { join } from 'node:path';
import type { Json } from '#contracts/json.js';
import type { LibraryTested } from '#domain/contact/rule-tests/test-library.js';
import type { RuleProblem } from '#domain/rules/problem.js';
import { readRuleFiles } from '#platform/runtime/rule-files.js';
import { isTimeZone } from '#platform/time/time-zone.js';
import { CommandFailure } from '../failure.js';
import { printJson, printLine, type Streams } from '../output.js';
import { oneLine } from '../text/plain.js';

type Result = LibraryTested['results'][number];
type Verdict = Result['verdicts'][number];

/** Exit code 1 with any problem, any test that fails, or no test at all. */
export async function testRules(dir: string, options: { readonly json?: boolean }, streams: Streams): Promise<void> {
  const { testLibrary } = await import('#domain/contact/rule-tests/test-library.js');
  const { problems, results, untested } = testLibrary(await readRuleFiles(dir), { isTimeZone });
  const failed = results.filter(({ passed }) => !passed);
  if (options.json) {
    const ok = problems.length === 0 && failed.length === 0 && results.length > 0;
    printJson(streams, { ok, problems, tests: results.map(resultShown), untested });
  } else {
    printProblems(dir, problems, streams);
    for (const result of failed) printFailure(dir, result, streams);
  }
  if (problems.length > 0)
    throw new CommandFailure(
      `${problems.length === 1 ? '1 problem' : `${problems.length} problems`}; nothing was run.`,
    );
  if (results.length === 0)
    throw new CommandFailure(`There are no tests in ${dir}: write rules/NAME.test.yaml (docs/rule-tests.md).`);
  if (failed.length > 0) throw new CommandFailure(`${failed.length} of ${results.length} tests fail.`);
  if (options.json) return;
  printLine(streams, results.length === 1 ? '1 test passes.' : `${results.length} tests pass.`);
  if (untested.length > 0) printLine(streams, `Without a test: ${untested.join(', ')}.`);
}

/** `FILE:LINE:COLUMN: problem; cure`, the file as it is reached from here, so that an editor opens it. */
export function printProblems(dir: string, problems: readonly RuleProblem[], streams: Streams): void {
  for (const { file, line, column, problem, cure } of problems)
    printLine(streams, `${join(dir, file)}:${line}:${column}: ${oneLine(problem)}; ${oneLine(cure)}`);
}

function resultShown({ test, passed, mismatches, verdicts }: Result) {
  const { file, line, rule, name } = test;
  return { file, line, rule, name, passed, mismatches, verdicts };
}

function printFailure(dir: string, { test, mismatches, verdicts }: Result, streams: Streams): void {
  printLine(streams, `${join(dir, test.file)}:${test.line}: ${test.rule}: ${oneLine(test.name)}`);
  for (const { what, expected, got } of mismatches)
    printLine(streams, `  ${what}: expected ${shown(expected)}, got ${shown(got)}`);
  if (verdicts.length === 0) printLine(streams, '  nothing in when: triggers the rule');
  for (const verdict of verdicts) for (const line of verdictLines(verdict)) printLine(streams, `  ${line}`);
  printLine(streams);
}

function verdictLines({ type, where, if: asks, late }: Verdict): string[] {
  const said = (name: string, asked: Verdict['where']): string[] =>
    asked === null
      ? []
      : [
          `  ${name}: ${asked.error === null ? String(asked.holds) : `error: ${oneLine(asked.error)}`}`,
          ...Object.entries(asked.values).map(([reading, value]) => `    ${oneLine(reading)} = ${shown(value)}`),
        ];
  return [`on ${type}${late ? ' (late)' : ''}`, ...said('where', where), ...said('if', asks)];
}

function shown(value: Json): string {
  return oneLine(JSON.stringify(value));
}
