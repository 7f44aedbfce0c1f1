/** What is wrong with a file of rules, where, and how to cure it. */
export interface RuleProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  readonly problem: string;
  readonly cure: string;
}

/** Thrown inside a check and turned into a problem at its place. `start`: index into the checked text. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    message: string,
    readonly cure: string,
    readonly start: number,
  ) {
    super(message);
  }
}

/** `FILE:LINE:COLUMN: problem` and the cure on a line of its own. */
export function printProblem({ file, line, column, problem, cure }: RuleProblem): string {
  return `${file}:${line}:${column}: ${problem}\n  cure: ${cure}`;
}
