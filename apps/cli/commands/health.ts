/** `afterclick health`: whether the running instance can do its work, and if not, why. */
import type { Command } from 'commander';
import { ask } from '../api-client.js';
import { addressFor } from '../connect.js';
import { CommandFailure } from '../failure.js';
import { type SharedOptions, withDataOption, withExamples } from '../options.js';
import { printJson, printLine, type Streams } from '../output.js';

interface Readiness {
  readonly status: string;
  readonly checks: readonly { readonly part: string; readonly ok: boolean; readonly reasons: readonly string[] }[];
}

export function addHealth(program: Command, streams: Streams): void {
  const health = program
    .command('health')
    .description('Ask the running instance whether it can do its work; exit code 1 when it cannot.')
    .option('--json', 'print JSON')
    .action(async (options: SharedOptions) => {
      const url = addressFor(options);
      const response = await ask(`${url}/health/ready`);
      const readiness = readinessIn(await response.text(), url);
      if (options.json) printJson(streams, readiness);
      else printChecks(readiness, url, streams);
      if (!response.ok) throw new CommandFailure('It is not ready.');
    });
  withExamples(withDataOption(health), 'afterclick health');
}

function readinessIn(text: string, url: string): Readiness {
  try {
    const readiness = JSON.parse(text) as Readiness;
    if (Array.isArray(readiness.checks)) return readiness;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new CommandFailure(`${url} is no Afterclick: it answers ${text.slice(0, 200)}`);
}

function printChecks({ status, checks }: Readiness, url: string, streams: Streams): void {
  printLine(streams, `${url} is ${status}.`);
  for (const { part, ok, reasons } of checks) {
    printLine(streams, `  ${ok ? 'ok  ' : 'FAIL'}  ${part}`);
    for (const reason of reasons) printLine(streams, `          ${reason}`);
  }
}
