/** `afterclick attributes`: what contacts may hold, declared with types. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { Attributes } from '../answers.js';
import { connect } from '../connect.js';
import { refusedFile } from '../file-problems.js';
import { type SharedOptions, withExamples, withSharedOptions } from '../options.js';
import { printJson, printLine, printTable, type Streams } from '../output.js';

export function addAttributes(program: Command, streams: Streams): void {
  const attributes = program.command('attributes').description('Attributes of contacts: list and declare them.');
  const list = attributes
    .command('list')
    .description('List the attributes that are declared, with their types and former names.')
    .action((options: SharedOptions) => listAttributes(options, streams));
  withExamples(withSharedOptions(list), 'afterclick attributes list');
  const publish = attributes
    .command('publish')
    .description('Declare what a file declares; others stay as they are. With any problem nothing is declared.')
    .argument('<file>', 'attributes.yaml')
    .action((file: string, options: SharedOptions) => publishAttributes(file, options, streams));
  withExamples(withSharedOptions(publish), 'afterclick attributes publish ./crm-rules/attributes.yaml');
}

async function listAttributes(options: SharedOptions, streams: Streams): Promise<void> {
  const api = await connect(options);
  tell(await api.get<Attributes>('/v1/attributes'), options, streams);
}

async function publishAttributes(file: string, options: SharedOptions, streams: Streams): Promise<void> {
  const { readAttributes } = await import('#domain/rules/attributes/read-attributes.js');
  const { declarations, problems } = readAttributes(basename(file), await readFile(file, 'utf8'));
  if (problems.length > 0) throw refusedFile(file, problems, 'Nothing was declared.');
  const api = await connect(options);
  const attributes = Object.fromEntries(
    declarations.map(({ name, type: { scalar, list, values }, description, deprecated, aliases }) => [
      name,
      {
        type: list ? 'list' : scalar,
        ...(list ? { of: scalar } : {}),
        ...(values.length === 0 ? {} : { values }),
        description,
        deprecated,
        aliases,
      },
    ]),
  );
  tell(await api.send<Attributes>('PUT', '/v1/attributes', { attributes }), options, streams);
}

function tell({ items }: Attributes, options: SharedOptions, streams: Streams): void {
  if (options.json) {
    printJson(streams, items);
    return;
  }
  const rows = items.map(({ name, type, of, values, aliases, deprecated, description }) => [
    name,
    of === null || of === 'string' ? type : `${type} of ${of}`,
    aliases.join(' '),
    deprecated === null ? [description, values.join(' | ')].filter(Boolean).join('; ') : `deprecated: ${deprecated}`,
  ]);
  printTable(streams, ['attribute', 'type', 'formerly', 'what'], rows, ['what', 'formerly']);
  if (items.length === 0) printLine(streams, 'Nothing is declared: any attribute is taken.');
}
