/** `afterclick sources`: webhook endpoints, one for each sender. */
import type { Command } from 'commander';
import type { KeyedSource, Source } from '../answers.js';
import { connect } from '../connect.js';
import { UsageError } from '../failure.js';
import { repeated, type SharedOptions, wholeNumber, withExamples, withSharedOptions } from '../options.js';
import { printFacts, printJson, printLine, printTable, type Streams } from '../output.js';
import { sourceNamed } from '../sources/find-source.js';
import { type KeyOptions, keysGiven, needsProvidersKey } from '../sources/keys-given.js';
import { type PolicyOptions, policyGiven, withPolicy } from '../sources/policy-given.js';
import { SETTING_NAMES, settingsGiven } from '../sources/settings-given.js';
import { isReachable, setupAt } from '../sources/setup.js';
import { wrapped } from '../text/plain.js';
import { WIDTH } from '../text/table.js';
import { localTime, zonedTime } from '../text/time.js';
import { addSourceImport } from './import-source.js';
import { addSet } from './set-source.js';
import { addGaps } from './source-gaps.js';
import { addTail } from './tail-source.js';

interface CreateOptions extends SharedOptions, KeyOptions, PolicyOptions {
  readonly provider: string;
  readonly scheme?: string;
  readonly set?: readonly string[];
}
interface RotateOptions extends SharedOptions, KeyOptions {
  readonly overlapHours: number;
}

export function addSources(program: Command, streams: Streams): void {
  const sources = program
    .command('sources')
    .description(
      'Webhook endpoints of providers: create, list, show, tail, import, set, rotate, pause, resume, delete.',
    );
  addCreate(sources, streams);
  const list = sources
    .command('list')
    .description('List the sources.')
    .action((options: SharedOptions) => listSources(options, streams));
  withExamples(withSharedOptions(list), 'afterclick sources list');
  const show = sources
    .command('show')
    .description('Show a source, its URL, and what to set at the provider.')
    .argument('<name|id>', 'the source')
    .action(async (which: string, options: SharedOptions) => {
      const source = await sourceNamed(await connect(options), which);
      if (options.json) return printJson(streams, source);
      await printSource(source, [], streams);
    });
  withExamples(withSharedOptions(show), 'afterclick sources show website');
  addTail(sources, streams);
  addSourceImport(sources, streams);
  addGaps(sources, streams);
  addSet(sources, streams);
  addRotate(sources, streams);
  addChange(sources, 'pause', 'Pause a source: its sender is told to come again later.', 'is paused', streams);
  addChange(sources, 'resume', 'Take a paused source up again.', 'takes requests again', streams);
  addChange(sources, 'delete', 'Delete a source for good: its sender is answered 410.', 'is deleted', streams);
}

function withKeys(command: Command): Command {
  return command
    .option('--key <key>', 'key that the provider issued; repeat for several', repeated)
    .option('--key-file <file>', 'file with the key, or several, one a line; - for standard input');
}

function addCreate(sources: Command, streams: Streams): void {
  const create = sources
    .command('create')
    .description('Create a source; prints its URL, its secret (once), and what to set at the provider.')
    .argument('<name>', 'what to call it, e.g. website')
    .requiredOption('--provider <provider>', 'who sends: sendgrid, mailgun, generic-hmac …')
    .option('--scheme <scheme>', 'how requests are verified; the provider’s own when left out')
    .option('--set <name=value>', `a setting, may be repeated: ${SETTING_NAMES.join(', ')}`, repeated)
    .action((name: string, options: CreateOptions) => createSource(name, options, streams));
  withExamples(
    withSharedOptions(withPolicy(withKeys(create))),
    'afterclick sources create mail --provider sendgrid --key MFkwEwYHKoZIzj0CAQY…',
    'afterclick sources create website --provider generic-hmac --set signedContent={timestamp}.{body} \\',
    '  --set timestampHeader=x-webhook-timestamp',
  );
}

async function createSource(name: string, options: CreateOptions, streams: Streams): Promise<void> {
  const { provider, scheme } = options;
  await checkProvider(provider, scheme);
  const keys = keysGiven(options);
  const settings = settingsGiven(options.set);
  const api = await connect(options);
  const made = await api.send<KeyedSource>('POST', '/v1/sources', {
    ...{ name, provider, scheme, keys, settings },
    policy: policyGiven(options),
  });
  if (options.json) return printJson(streams, made);
  await printSource(made, keys === undefined ? made.keys : [], streams);
}

/** Said before anything is asked of the server, with those there are. */
async function checkProvider(name: string, scheme: string | undefined): Promise<void> {
  const { PROVIDERS, providerNamed } = await import('#providers/registry.js');
  const provider = providerNamed(name);
  if (!provider)
    throw new UsageError(`No provider is called "${name}". There are: ${PROVIDERS.map((one) => one.name).join(', ')}.`);
  const schemes = [...new Set([...provider.schemes, 'none'])];
  if (scheme !== undefined && !schemes.includes(scheme))
    throw new UsageError(`${provider.title} cannot be verified by "${scheme}". Its schemes: ${schemes.join(', ')}.`);
}

/** `secrets`: those made here, to be entered at the provider. */
async function printSource(source: Source, secrets: readonly string[], streams: Streams): Promise<void> {
  const { name, provider, scheme, url, state, hasKeys, oldKeysUntil } = source;
  printLine(streams, `Source ${name} (${provider})`);
  printLine(streams);
  printFacts(streams, {
    URL: url,
    secret: secrets.length === 0 ? null : `${secrets.join(', ')}   (shown this once)`,
    state,
    scheme,
    settings: Object.keys(source.settings).length === 0 ? null : JSON.stringify(source.settings),
    'lets in': Object.keys(source.policy).length === 0 ? null : JSON.stringify(source.policy),
    'old keys': oldKeysUntil && `accepted until ${zonedTime(oldKeysUntil)}`,
    id: source.id,
  });
  const { title, steps } = setupAt(source, secrets);
  printLine(streams, `\n${title}:`);
  steps.forEach((step, index) => {
    printLine(streams, wrapped(`  ${index + 1}. ${step}`, WIDTH, '     '));
  });
  if (!hasKeys && (await needsProvidersKey(source)))
    printLine(
      streams,
      `\nIt refuses everything until it has the provider's key:\n  afterclick sources rotate ${name} --key KEY`,
    );
  if (!isReachable(url))
    printLine(
      streams,
      `\nOnly this machine reaches ${new URL(url).origin}: set AFTERCLICK_PUBLIC_URL to the address that providers reach.`,
    );
}

async function listSources(options: SharedOptions, streams: Streams): Promise<void> {
  const api = await connect(options);
  const { items } = await api.get<{ readonly items: readonly Source[] }>('/v1/sources');
  if (options.json) return printJson(streams, items);
  const rows = await Promise.all(
    items.map(async (source) => {
      const lacks = !source.hasKeys && (await needsProvidersKey(source));
      const state = lacks ? 'no key yet' : source.state;
      return [source.name, source.provider, state, source.id, localTime(source.updatedAt)];
    }),
  );
  printTable(streams, ['name', 'provider', 'state', 'id', 'changed'], rows, ['name', 'provider']);
}

function addRotate(sources: Command, streams: Streams): void {
  const rotate = sources
    .command('rotate')
    .description('Give a source new keys; the old ones are accepted for a while.')
    .argument('<name|id>', 'the source')
    .option('--overlap-hours <hours>', 'how long the old keys are accepted', wholeNumber(0, 720), 24)
    .action(async (which: string, options: RotateOptions) => {
      const keys = keysGiven(options);
      const api = await connect(options);
      const source = await sourceNamed(api, which);
      const { id, name } = source;
      if (keys === undefined && (await needsProvidersKey(source)))
        throw new UsageError(`The key of ${name} is issued by its provider: give it with --key or --key-file.`);
      const { overlapHours } = options;
      const made = await api.send<KeyedSource>('POST', `/v1/sources/${id}/rotate`, { keys, overlapHours });
      if (options.json) return printJson(streams, made);
      await printSource(made, keys === undefined ? made.keys : [], streams);
    });
  withExamples(
    withSharedOptions(withKeys(rotate)),
    'afterclick sources rotate website',
    'afterclick sources rotate mail --key-file verification-key.txt --overlap-hours 1',
  );
}

function addChange(
  sources: Command,
  name: 'pause' | 'resume' | 'delete',
  what: string,
  now: string,
  streams: Streams,
): void {
  const command = sources
    .command(name)
    .description(what)
    .argument('<name|id>', 'the source')
    .action(async (which: string, options: SharedOptions) => {
      const api = await connect(options);
      const source = await sourceNamed(api, which);
      const path = `/v1/sources/${source.id}`;
      const changed =
        name === 'delete' ? await api.send<Source>('DELETE', path) : await api.send<Source>('POST', `${path}/${name}`);
      if (options.json) return printJson(streams, changed);
      printLine(streams, `Source ${source.name} ${now}.`);
    });
  withExamples(withSharedOptions(command), `afterclick sources ${name} website`);
}
