/** `npm run fuzz -- [--parsers|--http] [--seconds S] [--seed N]`: the parsers and ingest over HTTP, or one of them alone. Exits 1 on a 5xx, an exception, a hang, a forged signature taken, or memory kept. */
import { parseArgs } from 'node:util';
import type { Tally } from './finding.js';
import { fuzz, type HttpResult, type Result } from './run.js';
import { watch } from './watcher.js';

const MOST_TOLD = 20;
const TELL_MS = 60_000;

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least)
    throw new Error(`--${name} ${text} is not a whole number from ${least}`);
  return value;
}

function print({ parsers, http, heapGrowthMb, findings }: Result, seed: number): void {
  const lines = [
    `seed=${seed}`,
    ...(parsers === null ? [] : [`inputs_parsers=${parsers.inputs}`]),
    ...(http === null ? [] : ofHttp(http)),
    ...(parsers === null ? [] : [`slowest_parser_ms=${slowest(parsers)}`]),
    `heap_growth_mb=${heapGrowthMb.toFixed(1)}`,
    `findings=${findings.length}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  for (const finding of findings.slice(0, MOST_TOLD)) process.stderr.write(`${finding}\n`);
}

function ofHttp(http: HttpResult): string[] {
  const answers = [...http.statuses].sort(([one], [other]) => (one < other ? -1 : 1));
  return [
    `inputs_http=${http.inputs}`,
    `answers ${answers.map(([status, count]) => `${status}: ${count}`).join(', ')}`,
    `status_5xx=${http.status5xx}`,
    `slowest_http_ms=${slowest(http)}`,
  ];
}

const slowest = ({ slowestMs, slowest: number }: Tally) => `${slowestMs.toFixed(1)} (input ${number})`;

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
      http: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  });
  const seed = wholeNumber('seed', values.seed, 0);
  if (values.parsers && values.http) throw new Error('--parsers and --http: one of them alone, or neither for both');
  const only = values.parsers ? 'parsers' : values.http ? 'http' : null;
  const result = await fuzz({
    seconds: wholeNumber('seconds', values.seconds, 1),
    seed,
    ...(only === null ? {} : { only }),
    at: watch(seed),
    onRound: every(TELL_MS),
  });
  print(result, seed);
  process.exit(result.findings.length === 0 ? 0 : 1);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
