/** What `contacts import` and `sources import` share: one file, one import, its progress, its end in words. */
import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { Imported } from '../answers.js';
import { connect } from '../connect.js';
import { CommandFailure } from '../failure.js';
import { type SharedOptions, withSharedOptions } from '../options.js';
import { printJson, printLine, printProgress, printTable, type Streams, seldom } from '../output.js';
import { zonedTime } from '../text/time.js';
import { factsOf, fetchRejects, handOver, watched } from './hand-over.js';

export interface ImportOptions extends SharedOptions {
  readonly format?: string;
  readonly dryRun?: boolean;
  readonly rejects?: string;
  readonly again?: boolean;
}

export function withImportOptions(command: Command): Command {
  return withSharedOptions(
    command
      .option('--dry-run', 'only look: what would be taken and what not; changes nothing')
      .option('--rejects <file>', 'write the rows that were not taken there, each with its line and the reason')
      .option('--again', 'import a file that was imported before, as a new import'),
  );
}

/** `more`: what is asked beside the file. Rejects with CommandFailure when the import failed, with its reason. */
export async function importFile(
  path: string,
  more: Readonly<Record<string, unknown>>,
  options: ImportOptions,
  streams: Streams,
): Promise<void> {
  const file = await factsOf(path);
  const api = await connect(options);
  const asked = { ...more, size: file.size, sha256: file.sha256, dryRun: options.dryRun ?? false };
  const key = options.again ? { 'idempotency-key': randomUUID() } : {};
  const announced = await api.send<Imported>('POST', '/v1/imports', asked, key);
  const before = announced.state === 'finished' || announced.state === 'failed' ? announced : null;
  const say = seldom((text) => printProgress(streams, text));
  await handOver(api, announced, file, say);
  const done = await watched(api, announced.id, (now) => say(progressOf(now)));
  if (options.rejects !== undefined && done.rejected > 0) await fetchRejects(api, done.id, options.rejects);
  if (options.json) printJson(streams, done);
  else tell(done, before, options, streams);
  if (done.state === 'failed')
    throw new CommandFailure(
      `${done.error ?? 'It was given up.'}\nTo try again once that is mended: the same command, with --again where the file stayed the same.`,
    );
}

function progressOf({ state, rows, rejected }: Imported): string {
  if (state === 'receiving' || state === 'waiting') return 'Waiting to begin …';
  return `${rows.toLocaleString('en')} rows done, ${rejected.toLocaleString('en')} rejected …`;
}

function tell(done: Imported, before: Imported | null, options: ImportOptions, streams: Streams): void {
  const { columns, samples, dryRun, rows, inputs, changed, unchanged, rejected } = done;
  if (columns !== null) {
    const uses = columns.map(({ column, field, guessed }) => [
      column,
      field ?? '(left out)',
      guessed ? 'guessed' : 'told',
    ]);
    printTable(streams, ['column', 'becomes', 'how'], uses, ['column', 'becomes']);
    printLine(streams);
  }
  if (dryRun) for (const sample of samples) printLine(streams, `  ${JSON.stringify(sample)}`);
  if (done.state === 'finished' && before !== null)
    printLine(
      streams,
      `This very file was imported before, at ${zonedTime(before.finishedAt ?? before.updatedAt)}: nothing was done again.`,
    );
  const what = done.kind === 'contacts' ? 'written' : 'recorded';
  const same = done.kind === 'contacts' ? 'were so already' : 'were known already';
  const count = (n: number): string => n.toLocaleString('en');
  printLine(
    streams,
    dryRun
      ? `${count(rows)} rows read: ${count(inputs)} would be ${what}, ${count(rejected)} rejected. Nothing was changed.`
      : `${count(rows)} rows: ${count(changed)} ${what}, ${count(unchanged)} ${same}, ${count(rejected)} rejected.`,
  );
  if (rejected === 0) return;
  if (options.rejects === undefined)
    printLine(streams, 'What was rejected and why: the same command with --rejects FILE.');
  else printLine(streams, `Rejected rows: ${options.rejects}`);
}
