/** `afterclick suppressions`: who may not be written to, and why; asked, written, copied, and taken out of a mailing list. */
import { createWriteStream } from 'node:fs';
import { extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import type { Suppression, SuppressionCheck, SuppressionsWritten } from '../answers.js';
import { connect } from '../connect.js';
import { CommandFailure, UsageError } from '../failure.js';
import { isId } from '../find-contact.js';
import {
  type ListOptions,
  repeated,
  type SharedOptions,
  withExamples,
  withListOptions,
  withSharedOptions,
} from '../options.js';
import {
  printFacts,
  printJson,
  printLine,
  printMore,
  printProgress,
  printTable,
  type Streams,
  seldom,
} from '../output.js';
import { cleanList } from '../suppressions/clean.js';
import { localTime } from '../text/time.js';

const SCOPE = 'all, group:ID or list:ID';
const TOGETHER = 1_000;

interface Listing extends ListOptions {
  readonly all?: boolean;
  readonly scope?: string;
  readonly reason?: string;
}

interface Word extends SharedOptions {
  readonly scope: string;
  readonly reason?: string;
  readonly note?: string;
}

interface Sent extends SharedOptions {
  readonly scope?: readonly string[];
}

interface Clean extends Sent {
  readonly column?: string;
  readonly out?: string;
  readonly report?: string;
}

interface Export extends SharedOptions {
  readonly since?: string;
  readonly lifted?: boolean;
  readonly scope?: string;
  readonly out?: string;
}

export function addSuppressions(program: Command, streams: Streams): void {
  const suppressions = program.command('suppressions').description('Addresses that may not be written to.');
  addList(suppressions, streams);
  addCheck(suppressions, streams);
  addWords(suppressions, streams);
  addExport(suppressions, streams);
  addClean(suppressions, streams);
}

function addList(suppressions: Command, streams: Streams): void {
  const list = suppressions
    .command('list')
    .description('List the suppressions in force, newest first.')
    .option('--all', 'those that were lifted too')
    .option('--scope <scope>', `only of this scope: ${SCOPE}`)
    .option('--reason <reason>', 'only for this reason: hard_bounce, complaint, unsubscribed, rule or command')
    .action(async (options: Listing) => {
      const api = await connect(options);
      const query = { in_force: options.all ? undefined : true, scope: options.scope, reason: options.reason };
      const { items, more } = await api.list<Suppression>('/v1/suppressions', query, options.limit);
      if (options.json) return printJson(streams, items);
      const rows = items.map(({ contactId, email, scope, reason, since, liftedAt }) => [
        ...[contactId, email, scope, liftedAt === null ? reason : `${reason}, lifted`],
        localTime(since),
      ]);
      printTable(streams, ['contact', 'email', 'scope', 'reason', 'since'], rows, ['email', 'scope']);
      printMore(streams, items.length, more);
    });
  withExamples(withListOptions(list), 'afterclick suppressions list --reason complaint');
}

function addCheck(suppressions: Command, streams: Streams): void {
  const check = suppressions
    .command('check')
    .description('Say which addresses may be mailed, and why not. Exit code 1 when one of them may not.')
    .argument('<address...>', 'addresses')
    .option('--scope <scope>', 'what is sent belongs to it: group:ID or list:ID; may be repeated', repeated)
    .action(async (addresses: readonly string[], options: Sent) => {
      const api = await connect(options);
      const answer = await checked(api, addresses, options);
      if (options.json) printJson(streams, answer);
      else
        printTable(streams, ['address', 'may be mailed', 'why not', 'since'], answer.results.map(verdictRow), [
          'address',
          'why not',
        ]);
      if (answer.mayBeMailed < answer.results.length)
        throw new CommandFailure(`${answer.results.length - answer.mayBeMailed} of them may not be mailed.`);
    });
  withExamples(withSharedOptions(check), 'afterclick suppressions check ada@example.com --scope list:news');
}

function verdictRow({ address, mayBeMailed, invalid, suppressions }: SuppressionCheck['results'][number]) {
  const [first] = suppressions;
  const why = first === undefined ? (invalid ?? '') : `${first.reason} (${first.scope})`;
  return [address, mayBeMailed ? 'yes' : 'no', why, first === undefined ? '' : localTime(first.since)];
}

function addWords(suppressions: Command, streams: Streams): void {
  const add = suppressions
    .command('add')
    .description('Suppress addresses: nothing of the scope is sent to them any more.')
    .argument('<address|id...>', 'addresses, or ids of contacts')
    .option('--scope <scope>', SCOPE, 'all')
    .option(
      '--reason <reason>',
      'command, or what another system knew: hard_bounce, complaint, unsubscribed',
      'command',
    )
    .option('--note <text>', 'why, in your words')
    .action((who: readonly string[], options: Word) => write('/v1/suppressions', who, options, streams));
  withExamples(withSharedOptions(add), 'afterclick suppressions add ada@example.com --note "asked on the phone"');
  const lift = suppressions
    .command('lift')
    .description('Lift what is suppressed: they may be mailed again.')
    .argument('<address|id...>', 'addresses, or ids of contacts')
    .option('--scope <scope>', SCOPE, 'all')
    .option('--note <text>', 'why, in your words')
    .action((who: readonly string[], options: Word) => write('/v1/suppressions/lift', who, options, streams));
  withExamples(withSharedOptions(lift), 'afterclick suppressions lift ada@example.com --note "a new mailbox"');
}

async function write(
  path: string,
  who: readonly string[],
  { scope, reason, note, ...options }: Word,
  streams: Streams,
): Promise<void> {
  const api = await connect(options);
  const word = { scope, ...(reason === undefined ? {} : { reason }), ...(note === undefined ? {} : { note }) };
  const wishes = who.map((one) => (isId(one) ? { contactId: one, ...word } : { email: one, ...word }));
  const results: SuppressionsWritten['results'] = [];
  for (let first = 0; first < wishes.length; first += TOGETHER) {
    const body = { suppressions: wishes.slice(first, first + TOGETHER) };
    results.push(...(await api.send<SuppressionsWritten>('POST', path, body)).results);
  }
  if (options.json) return printJson(streams, results);
  const rows = results.map(({ email, contactId, scope: of, state, reason: why }) => [
    ...[email ?? contactId, of, why === null ? state : `${state}: ${why}`],
  ]);
  printTable(streams, ['who', 'scope', 'state'], rows, ['who']);
}

function addExport(suppressions: Command, streams: Streams): void {
  const out = suppressions
    .command('export')
    .description('Write the suppressions in force as CSV, in the order of their change.')
    .option('--since <time>', 'added or lifted at or after this time (ISO 8601); those lifted come with it')
    .option('--lifted', 'those that were lifted too')
    .option('--scope <scope>', `only of this scope: ${SCOPE}`)
    .option('--out <file>', 'to this file; else to standard output')
    .action(async (options: Export) => {
      if (options.json) throw new UsageError('suppressions export writes CSV: leave --json out.');
      const api = await connect(options);
      const { since, lifted, scope } = options;
      const body = await api.stream('/v1/suppressions/export', { since, lifted, scope });
      if (options.out === undefined) return pipeline(body, streams.out, { end: false });
      await pipeline(body, createWriteStream(options.out));
      printLine(streams, options.out);
    });
  withExamples(withSharedOptions(out), 'afterclick suppressions export --since 2026-11-01T00:00:00Z --out new.csv');
}

function addClean(suppressions: Command, streams: Streams): void {
  const clean = suppressions
    .command('clean')
    .description('Write a list without those who may not be mailed, and who was left out and why.')
    .argument('<file.csv>', 'the list; its first line names the columns')
    .option('--column <name>', 'column of the address (default: the one called email or alike)')
    .option('--scope <scope>', 'what is sent belongs to it: group:ID or list:ID; may be repeated', repeated)
    .option('--out <file>', 'the list that is left (default: FILE.clean.csv)')
    .option('--report <file>', 'who was left out, and why (default: FILE.left-out.csv)')
    .action((file: string, options: Clean) => cleaned(file, options, streams));
  withExamples(withSharedOptions(clean), 'afterclick suppressions clean campaign.csv --scope list:news');
}

async function cleaned(file: string, options: Clean, streams: Streams): Promise<void> {
  const stem = file.slice(0, file.length - extname(file).length);
  const { out = `${stem}.clean.csv`, report = `${stem}.left-out.csv`, column } = options;
  if (new Set([file, out, report]).size < 3) throw new UsageError('The list, --out and --report must be three files.');
  const api = await connect(options);
  const tell = seldom((text) => printProgress(streams, text));
  const check = async (addresses: readonly string[]) => (await checked(api, addresses, options)).results;
  const result = await cleanList({ file, column, out, report }, check, (rows) => tell(`${rows} rows checked`));
  if (options.json) return printJson(streams, { ...result, out, report });
  printFacts(streams, {
    rows: result.rows,
    kept: `${result.kept} in ${out}`,
    'left out': `${result.rows - result.kept} in ${report}`,
  });
  for (const [reason, count] of Object.entries(result.leftOut)) printFacts(streams, { [`  ${reason}`]: count });
}

function checked(
  api: Awaited<ReturnType<typeof connect>>,
  addresses: readonly string[],
  { scope = [] }: Sent,
): Promise<SuppressionCheck> {
  return api.send<SuppressionCheck>('POST', '/v1/suppressions/check', { addresses, scopes: scope });
}
