/** `afterclick segments`: the named conditions that are published with the rules. */
import type { Command } from 'commander';
import type { Segment, Segments } from '../answers.js';
import { connect } from '../connect.js';
import { type SharedOptions, withExamples, withSharedOptions } from '../options.js';
import { printFacts, printJson, printLine, printTable, type Streams } from '../output.js';
import { localTime } from '../text/time.js';

export function addSegments(program: Command, streams: Streams): void {
  const segments = program.command('segments').description('Segments, published with the rules: list them, show one.');
  const list = segments
    .command('list')
    .description('List the segments with their version and condition.')
    .action((options: SharedOptions) => listSegments(options, streams));
  withExamples(withSharedOptions(list), 'afterclick segments list');
  const show = segments
    .command('show')
    .description('Show a segment: its condition, its versions, and how far it is in force.')
    .argument('<name>', 'name of the segment')
    .action((name: string, options: SharedOptions) => showSegment(name, options, streams));
  withExamples(withSharedOptions(show), 'afterclick segments show engaged');
}

async function listSegments(options: SharedOptions, streams: Streams): Promise<void> {
  const api = await connect(options);
  const segments = await api.get<Segments>('/v1/segments');
  if (options.json) return printJson(streams, segments);
  const rows = segments.items.map((one) => [one.name, one.version ?? 'retired', one.if, one.description]);
  printTable(streams, ['segment', 'version', 'if', 'description'], rows, ['description', 'if', 'segment']);
  tellInForce(segments, streams);
}

async function showSegment(name: string, options: SharedOptions, streams: Streams): Promise<void> {
  const api = await connect(options);
  const segment = await api.get<Segment>(`/v1/segments/${encodeURIComponent(name)}`);
  if (options.json) return printJson(streams, segment);
  const { version, description, if: condition, versions } = segment;
  printLine(streams, name);
  printFacts(streams, { version: version ?? 'retired', description, if: condition });
  printLine(streams);
  const rows = versions.map((one) => [one.version, one.author, localTime(one.createdAt), one.note]);
  printTable(streams, ['version', 'author', 'published', 'note'], rows, ['note', 'author']);
  tellInForce(segment, streams);
}

function tellInForce({ number, inForce, of }: Pick<Segments, 'number' | 'inForce' | 'of'>, streams: Streams): void {
  if (number !== null) printLine(streams, `\nPublication ${number}, in force on ${inForce} of ${of} partitions.`);
}
