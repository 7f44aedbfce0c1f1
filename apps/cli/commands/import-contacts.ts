/** `afterclick contacts import`: contacts out of a file, resumed by the same command. */
import { type Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../failure.js';
import { formatOf } from '../imports/hand-over.js';
import { type ImportOptions, importFile, withImportOptions } from '../imports/import-file.js';
import { repeated, withExamples } from '../options.js';
import type { Streams } from '../output.js';

interface Options extends ImportOptions {
  readonly map?: readonly string[];
  readonly delimiter?: string;
  readonly fire?: boolean;
}

export function addContactImport(contacts: Command, streams: Streams): void {
  const command = contacts
    .command('import')
    .description('Write contacts from a file. Broken off or killed, the same command goes on; nothing counts twice.')
    .argument('<file>', 'CSV with a header, or NDJSON; UTF-8')
    .option(
      '--map <column=field>',
      'what a column is: email, tags, stage, owner, an attribute, or - for nothing',
      repeated,
    )
    .option('--delimiter <character>', 'between cells: , ; | or tab; found by itself when left out', delimiter)
    .option('--format <format>', 'csv or ndjson; by the ending of the file when left out')
    .option('--fire', 'let the changes trigger rules; they fire none otherwise')
    .action((path: string, options: Options) => run(path, options, streams));
  withExamples(
    withImportOptions(command),
    'afterclick contacts import people.csv --dry-run',
    'afterclick contacts import people.csv --map Mail=email --map Notes=- --rejects rejected.csv',
  );
}

function run(path: string, options: Options, streams: Streams): Promise<void> {
  const format = formatOf(path, options.format, ['csv', 'ndjson']);
  const asked = {
    kind: 'contacts',
    format,
    ...(options.map === undefined ? {} : { map: mapOf(options.map) }),
    ...(options.delimiter === undefined ? {} : { delimiter: options.delimiter }),
    fire: options.fire ?? false,
  };
  return importFile(path, asked, options, streams);
}

function mapOf(told: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    told.map((one) => {
      const at = one.lastIndexOf('=');
      if (at < 1 || at === one.length - 1)
        throw new UsageError(`--map ${one}: expected COLUMN=FIELD, such as "E-mail address=email" or Notes=-.`);
      return [one.slice(0, at), one.slice(at + 1)];
    }),
  );
}

function delimiter(text: string): string {
  const character = text === 'tab' || text === '\\t' ? '\t' : text;
  if ([',', ';', '|', '\t'].includes(character)) return character;
  throw new InvalidArgumentError('Expected , ; | or tab.');
}
