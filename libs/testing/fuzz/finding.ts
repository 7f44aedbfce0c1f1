/** What a run found: which input did what. The seed and the number make it again. */
export interface Finding {
  readonly of: 'parsers' | 'http';
  readonly number: number;
  readonly problem: string;
}

export function tell({ of, number, problem }: Finding, seed: number): string {
  return `${of}: input ${number} of --seed ${seed}: ${problem}`;
}

/** Of one side. */
export interface Tally {
  inputs: number;
  slowestMs: number;
  slowest: number;
  readonly findings: Finding[];
}

export const newTally = (): Tally => ({ inputs: 0, slowestMs: 0, slowest: -1, findings: [] });

export function timed(tally: Tally, number: number, ms: number): void {
  tally.inputs += 1;
  if (ms <= tally.slowestMs) return;
  tally.slowestMs = ms;
  tally.slowest = number;
}
