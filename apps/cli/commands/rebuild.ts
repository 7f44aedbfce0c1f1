/** `afterclick rebuild`: read models of all workspaces built beside the live ones, compared, and switched while reads go on. */
import type { Command } from 'commander';
import type { RebuildProgress, RebuildReport } from '#adapters/postgres/read-models/rebuild/rebuild.js';
import { READ_MODELS, type ReadModelName } from '#contracts/read-models.js';
import { CommandFailure, UsageError } from '../failure.js';
import { type SharedOptions, withDataOption, withExamples } from '../options.js';
import { printJson, printLine, printProgress, type Streams, seldom } from '../output.js';
import { rebuildTimersOf } from '../rebuild-timers.js';

interface Options extends SharedOptions {
  readonly compareOnly?: boolean;
}

const NAMES = Object.keys(READ_MODELS) as ReadModelName[];

export function addRebuild(program: Command, streams: Streams): void {
  const rebuild = program
    .command('rebuild')
    .description(
      'Build read models anew beside the live ones, compare them row by row, and switch; reads and work go on meanwhile.',
    )
    .argument('<model>', `all, one of ${NAMES.join(', ')}; or timers, which are made again from the states`)
    .option('--compare-only', 'change nothing: exit code 1 where they differ')
    .option('--json', 'print JSON')
    .action((model: string, options: Options) => run(model, options, streams));
  withExamples(
    withDataOption(rebuild),
    'afterclick rebuild contact',
    'afterclick rebuild all --compare-only',
    'afterclick rebuild timers',
  );
}

async function run(model: string, options: Options, streams: Streams): Promise<void> {
  if (model === 'timers') {
    await rebuildTimersOf(options, streams);
    return;
  }
  const models = modelsOf(model);
  const { withDatabase } = await import('../database.js');
  const { RebuildRefused, rebuildReadModels } = await import('#adapters/postgres/read-models/rebuild/rebuild.js');
  const { PostgresContactKeys } = await import('#adapters/postgres/keys/contact-keys.js');
  const { ContactKeyCache } = await import('#engine/sealing/contact-key-cache.js');
  const compareOnly = options.compareOnly ?? false;
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  process.once('SIGINT', stop);
  const say = seldom((text) => printProgress(streams, text));
  try {
    const report = await withDatabase(options, streams, ({ pool, masterKey }) => {
      const keys = new PostgresContactKeys(pool, new ContactKeyCache(masterKey));
      const onProgress = (progress: RebuildProgress) => say(progressOf(progress));
      return rebuildReadModels(pool, keys, { models, compareOnly, signal: stopped.signal, onProgress });
    });
    if (options.json) printJson(streams, report);
    else printReport(report, streams);
    if (compareOnly && report.differenceCount > 0)
      throw new CommandFailure(`They are not what the record gives. To put them right: afterclick rebuild ${model}`);
  } catch (error) {
    if (stopped.signal.aborted)
      throw new CommandFailure('Stopped before the switch: the read models are as they were.');
    if (error instanceof RebuildRefused) throw new CommandFailure(`Not rebuilt: ${error.message}.`);
    throw error;
  } finally {
    process.off('SIGINT', stop);
  }
}

function modelsOf(model: string): readonly ReadModelName[] {
  if (model === 'all') return NAMES;
  const found = NAMES.find((name) => name === model);
  if (found) return [found];
  throw new UsageError(`There is no read model "${model}": there are ${NAMES.join(', ')}, all, and timers.`);
}

const UNITS = {
  reading: 'contacts',
  indexing: 'tables',
  'catching up': 'events',
  comparing: 'contacts',
  switching: 'attempts',
} as const;

function progressOf({ phase, done, total }: RebuildProgress): string {
  return `${phase}: ${done}${total === null ? '' : ` of ${total}`} ${UNITS[phase]}`;
}

function printReport(
  { models, contacts, events, differenceCount, differences, switched }: RebuildReport,
  streams: Streams,
): void {
  printLine(streams, `${models.join(', ')}: built from ${events} events of ${contacts} contacts.`);
  const same = differenceCount === 0;
  const found = same
    ? 'the same to the byte'
    : `${differenceCount} row${differenceCount === 1 ? ' differs' : 's differ'}`;
  printLine(streams, `  beside the live rows   ${found}`);
  for (const { kind, model, key, columns } of differences) {
    const where = Object.entries(key).map(([name, value]) => `${name} ${value}`);
    printLine(
      streams,
      `    ${kind} in ${model}: ${[...where, ...columns.map((column) => `column ${column}`)].join(', ')}`,
    );
  }
  if (differenceCount > differences.length) printLine(streams, `    and ${differenceCount - differences.length} more`);
  printLine(streams, `  ${switched ? 'the new rows are the live ones now' : 'nothing was changed'}`);
}
