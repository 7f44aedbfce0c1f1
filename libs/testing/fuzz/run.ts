/** One run: parsers and HTTP in turns, or one of them alone, and what it found. */
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
  /** Left out: both. */
  readonly only?: 'parsers' | 'http';
  /** Told the number of each parser's input before it is read, and null between the turns. */
  readonly at?: (number: number | null) => void;
  /** Told after each round how many inputs there were. */
  readonly onRound?: (inputs: number) => void;
}

export interface HttpResult extends Tally {
  readonly statuses: ReadonlyMap<string, number>;
  readonly status5xx: number;
}

export interface Result {
  /** Null: it was left out. */
  readonly parsers: Tally | null;
  readonly http: HttpResult | null;
  readonly heapGrowthMb: number;
  readonly findings: readonly string[];
}

export async function fuzz(options: RunOptions): Promise<Result> {
  const { seconds, seed, only, at = () => undefined, onRound = () => undefined } = options;
  const parsers = only === 'http' ? null : new ParserFuzz(seed, at);
  const http = only === 'parsers' ? null : await HttpFuzz.start(seed);
  const end = performance.now() + seconds * 1000;
  let before: number | null = null;
  try {
    do {
      parsers?.run(ROUND_MS);
      at(null);
      await http?.run(ROUND_MS);
      // What the first round loads and compiles is no growth.
      before ??= heldMb();
      onRound((parsers?.tally.inputs ?? 0) + (http?.tally.inputs ?? 0));
    } while (performance.now() < end);
    const heapGrowthMb = heldMb() - before;
    const found: Finding[] = [...(parsers?.tally.findings ?? []), ...(http?.tally.findings ?? [])];
    const findings = found.map((finding) => tell(finding, seed));
    if (heapGrowthMb > MOST_GROWTH_MB) findings.push(`the heap grew by ${Math.round(heapGrowthMb)} MB`);
    return { parsers: parsers?.tally ?? null, http: http === null ? null : resultOf(http), heapGrowthMb, findings };
  } finally {
    await http?.close();
  }
}

function resultOf({ tally, statuses, status5xx }: HttpFuzz): HttpResult {
  return { ...tally, statuses, status5xx };
}
