/** `npm run fuzz -- [--seconds S] [--seed N]`: exits 1 on a 5xx, an exception, a hang, a forged signature taken, or memory kept. */
import { parseArgs } from 'node:util';
import { fuzz, type Result } from './run.js';
import { watch } from './watcher.js';

const MOST_TOLD = 20;

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least)
    throw new Error(`--${name} ${text} is not a whole number from ${least}`);
  return value;
}

function print({ parsers, http, statuses, status5xx, heapGrowthMb, findings }: Result, seed: number): void {
  const answers = [...statuses].sort(([one], [other]) => (one < other ? -1 : 1));
  const lines = [
    `seed=${seed}`,
    `inputs_parsers=${parsers.inputs}`,
    `inputs_http=${http.inputs}`,
    `answers ${answers.map(([status, count]) => `${status}: ${count}`).join(', ')}`,
    `status_5xx=${status5xx}`,
    `slowest_parser_ms=${parsers.slowestMs.toFixed(1)} (input ${parsers.slowest})`,
    `slowest_http_ms=${http.slowestMs.toFixed(1)} (input ${http.slowest})`,
    `heap_growth_mb=${heapGrowthMb.toFixed(1)}`,
    `findings=${findings.length}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  for (const finding of findings.slice(0, MOST_TOLD)) process.stderr.write(`${finding}\n`);
}

try {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  });
  const seed = wholeNumber('seed', values.seed, 0);
  const result = await fuzz({ seconds: wholeNumber('seconds', values.seconds, 1), seed, at: watch(seed) });
  print(result, seed);
  process.exit(result.findings.length === 0 ? 0 : 1);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
