/** One run: parsers and HTTP in turns, or the parsers alone, and what it found. */
import { type Finding, type Tally, tell } from './finding.js';
import { heldMb } from './heap.js';
import { HttpFuzz } from './http.js';
import { ParserFuzz } from './parsers.js';

/** Growth beyond this after the first round is a leak. */
const MOST_GROWTH_MB = 48;
const ROUND_MS = 1_000;

export interface RunOptions {
  readonly seconds: number;
  readonly seed: number;
  /** Told the number of each parser's input before it is read, and null between the turns. */
  readonly at?: (number: number | null) => void;
}

export interface ParsersResult {
  readonly parsers: Tally;
  readonly heapGrowthMb: number;
  readonly findings: readonly string[];
}

export interface Result extends ParsersResult {
  readonly http: Tally;
  readonly statuses: ReadonlyMap<string, number>;
  readonly status5xx: number;
}

export async function fuzz({ seconds, seed, at = () => undefined }: RunOptions): Promise<Result> {
  const parsers = new ParserFuzz(seed, at);
  const http = await HttpFuzz.start(seed);
  const end = performance.now() + seconds * 1000;
  let before: number | null = null;
  try {
    do {
      parsers.run(ROUND_MS);
      at(null);
      await http.run(ROUND_MS);
      // What the first round loads and compiles is no growth.
      before ??= heldMb();
    } while (performance.now() < end);
    const heapGrowthMb = heldMb() - before;
    const { statuses, status5xx } = http;
    const findings = allOf([...parsers.tally.findings, ...http.tally.findings], seed, heapGrowthMb);
    return { parsers: parsers.tally, http: http.tally, statuses, status5xx, heapGrowthMb, findings };
  } finally {
    await http.close();
  }
}

/** The parsers alone: many times as many inputs a second. `onRound`: told how many it has read, after each round. */
export function fuzzParsers(
  { seconds, seed, at = () => undefined }: RunOptions,
  onRound: (inputs: number) => void = () => undefined,
): ParsersResult {
  const parsers = new ParserFuzz(seed, at);
  const end = performance.now() + seconds * 1000;
  let before: number | null = null;
  do {
    parsers.run(ROUND_MS);
    before ??= heldMb();
    onRound(parsers.tally.inputs);
  } while (performance.now() < end);
  at(null);
  const heapGrowthMb = heldMb() - before;
  return { parsers: parsers.tally, heapGrowthMb, findings: allOf(parsers.tally.findings, seed, heapGrowthMb) };
}

function allOf(found: readonly Finding[], seed: number, heapGrowthMb: number): readonly string[] {
  const findings = found.map((finding) => tell(finding, seed));
  if (heapGrowthMb > MOST_GROWTH_MB) findings.push(`the heap grew by ${Math.round(heapGrowthMb)} MB`);
  return findings;
}
