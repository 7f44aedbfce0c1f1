/** `afterclick sources import`: a provider's exported events become history, each once. */
import type { Command } from 'commander';
import { connect } from '../connect.js';
import { formatOf } from '../imports/hand-over.js';
import { type ImportOptions, importFile, withImportOptions } from '../imports/import-file.js';
import { withExamples } from '../options.js';
import type { Streams } from '../output.js';
import { sourceNamed } from '../sources/find-source.js';

export function addSourceImport(sources: Command, streams: Streams): void {
  const command = sources
    .command('import')
    .description(
      'Record a provider’s exported events, through the parser of its webhooks: known ones count once, no rule fires, and each is marked imported.',
    )
    .argument('<name|id>', 'the source whose events they are')
    .argument('<file>', 'a JSON array of webhook bodies or events, or NDJSON with one a line; UTF-8')
    .option('--format <format>', 'json or ndjson; by the ending of the file when left out')
    .action((which: string, path: string, options: ImportOptions) => run(which, path, options, streams));
  withExamples(
    withImportOptions(command),
    'afterclick sources import mail events.ndjson --dry-run',
    'afterclick sources import mail outage.json --rejects not-understood.ndjson',
  );
}

async function run(which: string, path: string, options: ImportOptions, streams: Streams): Promise<void> {
  const format = formatOf(path, options.format, ['json', 'ndjson']);
  const { id } = await sourceNamed(await connect(options), which);
  return importFile(path, { kind: 'engagements', source: id, format }, options, streams);
}
