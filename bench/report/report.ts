/** How results are told: progress on stderr, a table on stdout, and one line of JSON at its end. */

export type Figures = Readonly<Record<string, number>>;

export interface Report {
  readonly bench: string;
  /** What the figures mean to a program: the last line of stdout. */
  readonly figures: Figures;
  /** Rows of the table: a name and what to say of it. */
  readonly rows: readonly (readonly [name: string, value: string])[];
}

const began = performance.now();

/** A line on stderr. */
export function progress(line: string): void {
  process.stderr.write(`[bench ${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s] ${line}\n`);
}

export function print({ bench, figures, rows }: Report): void {
  const width = Math.max(...rows.map(([name]) => name.length));
  process.stdout.write(`\n${bench}\n`);
  for (const [name, value] of rows) process.stdout.write(`  ${name.padEnd(width)}  ${value}\n`);
  process.stdout.write(`\n${JSON.stringify({ bench, figures })}\n`);
}

/** The middle one; of an even number the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** `share` in [0, 1]: the smallest value that so many are not above. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** With three digits that tell something: 0.58, 11,200. */
export function told(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Runs of one figure, the median first. */
export function toldRuns(values: readonly number[]): string {
  return `${told(median(values))}   (${values.map(told).join(' · ')})`;
}

/** For the last line: enough digits to compare runs, no more. */
export function rounded(figures: Figures): Figures {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value.toPrecision(4))]));
}
