/** `afterclick contacts export`: every contact of a filter, as all of them are at one moment. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type Command, Option } from 'commander';
import { connect } from '../connect.js';
import { type ContactFilter, filterAsked, withContactFilter } from '../contact-filter.js';
import { CommandFailure } from '../failure.js';
import { type SharedOptions, withExamples, withSharedOptions } from '../options.js';
import { printProgress, type Streams } from '../output.js';

interface Options extends SharedOptions, ContactFilter {
  readonly format?: 'csv' | 'ndjson';
  readonly columns?: string;
  readonly escapeFormulas?: boolean;
  readonly out?: string;
}

export function addContactExport(contacts: Command, streams: Streams): void {
  const command = contacts
    .command('export')
    .description('Write contacts to standard output or a file; an import reads it again.')
    .addOption(new Option('--format <format>', 'csv, or one JSON object a line').choices(['csv', 'ndjson']))
    .option(
      '--columns <names>',
      'columns in this order, with commas between: email,stage,score,plan; all when left out',
    )
    .option('--escape-formulas', 'put an apostrophe before what a spreadsheet would take for a formula')
    .option('--out <file>', 'file to write; it comes to be only when all is there')
    .action((options: Options) => run(options, streams));
  withExamples(
    withSharedOptions(withContactFilter(command)),
    'afterclick contacts export --out contacts.csv',
    'afterclick contacts export --format ndjson --tag pricing-interest --columns email,score',
  );
}

async function run(options: Options, streams: Streams): Promise<void> {
  const api = await connect(options);
  const asked = {
    ...filterAsked(options),
    format: options.format ?? 'csv',
    columns: options.columns,
    escape_formulas: options.escapeFormulas,
  };
  const stream = await api.stream('/v1/contacts/export', asked);
  const { out } = options;
  const draft = `${out}.part`;
  try {
    if (out === undefined) {
      for await (const chunk of stream) streams.out.write(chunk as Buffer);
      return;
    }
    await pipeline(stream, createWriteStream(draft, { mode: 0o600 }));
    await rename(draft, out);
    printProgress(streams, `Written to ${out}.`);
  } catch (error) {
    if (out !== undefined) await rm(draft, { force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith('E') && code !== 'ECONNRESET') throw error;
    throw new CommandFailure(`The export was broken off (${message}): what was written is not whole. Run it again.`);
  }
}
