/** Problems of a file that people wrote, each at its place, as an editor opens it. */
import type { RuleProblem } from '#domain/rules/problem.js';
import { CommandFailure } from './failure.js';
import { oneLine } from './text/plain.js';

/** `FILE:LINE:COLUMN: problem; cure` a line, and what came of it. */
export function refusedFile(path: string, problems: readonly RuleProblem[], outcome: string): CommandFailure {
  const lines = problems.map(
    ({ line, column, problem, cure }) => `${path}:${line}:${column}: ${oneLine(problem)}; ${oneLine(cure)}`,
  );
  return new CommandFailure([...lines, outcome].join('\n'));
}
