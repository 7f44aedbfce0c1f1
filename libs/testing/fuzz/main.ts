/** `npm run fuzz -- [--parsers] [--seconds S] [--seed N]`: the parsers and ingest over HTTP, or the parsers alone. Exits 1 on a 5xx, an exception, a hang, a forged signature taken, or memory kept. */
import { parseArgs } from 'node:util';
import { fuzz, fuzzParsers, type ParsersResult, type Result } from './run.js';
import { watch } from './watcher.js';

const MOST_TOLD = 20;
const TELL_MS = 60_000;

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least)
    throw new Error(`--${name} ${text} is not a whole number from ${least}`);
  return value;
}

function print({ parsers, heapGrowthMb, findings }: ParsersResult, seed: number, ofHttp: Http | null): void {
  const lines = [
    `seed=${seed}`,
    `inputs_parsers=${parsers.inputs}`,
    ...(ofHttp === null ? [] : answersOf(ofHttp)),
    `slowest_parser_ms=${parsers.slowestMs.toFixed(1)} (input ${parsers.slowest})`,
    `heap_growth_mb=${heapGrowthMb.toFixed(1)}`,
    `findings=${findings.length}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  for (const finding of findings.slice(0, MOST_TOLD)) process.stderr.write(`${finding}\n`);
}

type Http = Pick<Result, 'http' | 'statuses' | 'status5xx'>;

function answersOf({ http, statuses, status5xx }: Http): string[] {
  const answers = [...statuses].sort(([one], [other]) => (one < other ? -1 : 1));
  return [
    `inputs_http=${http.inputs}`,
    `answers ${answers.map(([status, count]) => `${status}: ${count}`).join(', ')}`,
    `status_5xx=${status5xx}`,
    `slowest_http_ms=${http.slowestMs.toFixed(1)} (input ${http.slowest})`,
  ];
}

/** A long run says where it is. */
function every(ms: number): (inputs: number) => void {
  let next = performance.now() + ms;
  return (inputs) => {
    if (performance.now() < next) return;
    next += ms;
    process.stderr.write(`${inputs} inputs so far\n`);
  };
}

try {
  const { values } = parseArgs({
    options: {
      parsers: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  });
  const seed = wholeNumber('seed', values.seed, 0);
  const options = { seconds: wholeNumber('seconds', values.seconds, 1), seed, at: watch(seed) };
  const both = values.parsers ? null : await fuzz(options);
  const result = both ?? fuzzParsers(options, every(TELL_MS));
  print(result, seed, both);
  process.exit(result.findings.length === 0 ? 0 : 1);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
