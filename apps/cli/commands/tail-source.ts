/** `afterclick sources tail`: what a source receives, as it comes. */
import type { Command } from 'commander';
import type { Delivery } from '../answers.js';
import { connect } from '../connect.js';
import { type SharedOptions, wholeNumber, withExamples, withSharedOptions } from '../options.js';
import { printLine, type Streams } from '../output.js';
import { sourceNamed } from '../sources/find-source.js';
import { follow } from '../sources/tail.js';
import { localTime } from '../text/time.js';

interface TailOptions extends SharedOptions {
  readonly lines: number;
}

const PAUSE_MS = 1_000;
const LINES = 10;

export function addTail(sources: Command, streams: Streams): void {
  const tail = sources
    .command('tail')
    .description('Follow what a source receives, a line for each verified request, until Ctrl-C.')
    .argument('<name|id>', 'the source')
    .option('--lines <n>', 'earlier requests to begin with', wholeNumber(0, 200), LINES)
    .action((which: string, options: TailOptions) => tailSource(which, options, streams));
  withExamples(
    withSharedOptions(tail),
    'afterclick sources tail website',
    'afterclick sources tail website --lines 0 --json',
  );
}

async function tailSource(which: string, { lines, ...options }: TailOptions, streams: Streams): Promise<void> {
  const api = await connect(options);
  const { id: source } = await sourceNamed(api, which);
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    await follow<Delivery>({
      lines,
      pauseMs: PAUSE_MS,
      signal: stopped.signal,
      list: (limit) => api.list<Delivery>('/v1/deliveries', { source }, limit),
      // One document a line, so that a pipe has each as it comes.
      tell: (row) => (options.json ? streams.out.write(`${JSON.stringify(row)}\n`) : printLine(streams, lineOf(row))),
    });
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

function lineOf({ id, receivedAt, outcome, engagements, unreadable }: Delivery): string {
  const aside = unreadable === 0 ? '' : `, ${unreadable} not understood`;
  return `${localTime(receivedAt)}  ${id}  ${outcome.padEnd(9)}  ${engagements} event${engagements === 1 ? '' : 's'}${aside}`;
}
