/** `afterclick replay`: read models and contact states from the record, in place, or beside it to verify that they are the same. */
import type { Command } from 'commander';
import { CommandFailure } from '../failure.js';
import { type SharedOptions, withExamples, withSharedOptions } from '../options.js';
import { printJson, printLine, printProgress, type Streams, seldom } from '../output.js';
import type { WorkspaceReplay } from '../replay.js';

interface Options extends SharedOptions {
  readonly verify?: boolean;
  readonly all?: boolean;
}

export function addReplay(program: Command, streams: Streams): void {
  const replay = program
    .command('replay')
    .description(
      'Delete read models and contact states and replay them from the record; reads and work go on meanwhile.',
    )
    .option('--verify', 'change nothing: replay beside them and compare; exit code 1 where they differ')
    .option('--all', 'all workspaces')
    .action((options: Options) => run(options, streams));
  withExamples(withSharedOptions(replay), 'afterclick replay --verify');
}

async function run(options: Options, streams: Streams): Promise<void> {
  const { withDatabase } = await import('../database.js');
  const { markModels } = await import('#adapters/postgres/read-models/models.js');
  const { replayWorkspace } = await import('../replay.js');
  const { workspacesOf } = await import('../workspace.js');
  const verify = options.verify ?? false;
  const say = seldom((text) => printProgress(streams, text));
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  process.once('SIGINT', stop);
  try {
    const reports = await withDatabase(options, streams, async (database) => {
      const reports: WorkspaceReplay[] = [];
      for (const workspace of await workspacesOf(database, options))
        reports.push(await replayWorkspace(database, workspace, { verify, signal: stopped.signal, say }));
      if (options.all && !verify) await markModels(database.pool);
      return reports;
    });
    if (options.json) printJson(streams, reports);
    else for (const report of reports) printReport(report, verify, streams);
    judge(reports, verify);
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
    throw new CommandFailure('Stopped. What was replayed stays so; run it again for the rest.');
  } finally {
    process.off('SIGINT', stop);
  }
}

function printReport({ workspace, readModels, states }: WorkspaceReplay, verify: boolean, streams: Streams): void {
  const { contacts, events, differenceCount, differences, unreadable } = readModels;
  printLine(
    streams,
    `${workspace}: ${contacts} contacts, ${events} events ${verify ? 'replayed beside' : 'replayed'}.`,
  );
  printLine(streams, `  read models      ${found(differenceCount, 'row', verify)}`);
  for (const { kind, model, key, columns } of differences) {
    const where = Object.entries(key).map(([name, value]) => `${name} ${value}`);
    printLine(
      streams,
      `    ${kind} in ${model}: ${[...where, ...columns.map((column) => `column ${column}`)].join(', ')}`,
    );
  }
  if (differenceCount > differences.length) printLine(streams, `    and ${differenceCount - differences.length} more`);
  printLine(streams, `  contact states   ${found(states.differing.length, 'state', verify)}`);
  for (const { contactId, why } of states.differing) printLine(streams, `    ${contactId}: ${why}`);
  for (const { contactId, version, error } of unreadable)
    printLine(streams, `  event ${version} of contact ${contactId} does not open (${error}): its rows end before it`);
}

function found(count: number, what: string, verify: boolean): string {
  if (count === 0) return 'the same to the byte';
  return `${count} ${what}${count === 1 ? '' : 's'} ${verify ? 'differ' : 'differed, put right'}`;
}

function judge(reports: readonly WorkspaceReplay[], verify: boolean): void {
  const unreadable = reports.reduce((sum, { readModels }) => sum + readModels.unreadable.length, 0);
  if (unreadable > 0) throw new CommandFailure(`${unreadable} events cannot be opened.`);
  const differing = reports.filter(
    ({ readModels, states }) => readModels.differenceCount + states.differing.length > 0,
  );
  if (verify && differing.length > 0)
    throw new CommandFailure(
      'They are not what the record gives. To put them right: afterclick replay (and tell us: this should not happen).',
    );
}
