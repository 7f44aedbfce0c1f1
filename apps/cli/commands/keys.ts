/** `afterclick keys`: API keys of a workspace. */
import { type Command, Option } from 'commander';
import { SCOPES } from '#platform/auth/api-key.js';
import type { ApiClient } from '../api-client.js';
import { connect } from '../connect.js';
import { CommandFailure, UsageError } from '../failure.js';
import { type SharedOptions, wholeNumber, withExamples, withSharedOptions } from '../options.js';
import { printFacts, printJson, printLine, printTable, type Streams } from '../output.js';
import { localTime, zonedTime } from '../text/time.js';

interface Key {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}
interface MadeKey extends Key {
  readonly key: string;
}
interface CreateOptions extends SharedOptions {
  readonly scope: readonly string[];
}
interface RotateOptions extends SharedOptions {
  readonly overlapHours: number;
}

export function addKeys(program: Command, streams: Streams): void {
  const keys = program.command('keys').description('API keys of a workspace: create, list, rotate, revoke.');
  const create = keys
    .command('create')
    .description('Create a key; it is shown this once.')
    .argument('<name>', 'what it is for, e.g. crm-sync')
    .addOption(new Option('--scope <scope...>', 'what it may do').choices(SCOPES).makeOptionMandatory())
    .action(async (name: string, options: CreateOptions) => {
      const api = await connect(options);
      printKey(await api.send<MadeKey>('POST', '/v1/keys', { name, scopes: options.scope }), options, streams);
    });
  withExamples(withSharedOptions(create), 'afterclick keys create crm-sync --scope read:contacts write:contacts');
  const list = keys
    .command('list')
    .description('List the keys.')
    .action((options: SharedOptions) => listKeys(options, streams));
  withExamples(withSharedOptions(list), 'afterclick keys list');
  const rotate = keys
    .command('rotate')
    .description('Make a successor with the same scopes; the old key works on for a while.')
    .argument('<key>', 'id, name or prefix of the key')
    .option('--overlap-hours <hours>', 'how long the old key still works', wholeNumber(0, 720), 24)
    .action(async (which: string, options: RotateOptions) => {
      const api = await connect(options);
      const { id } = await findKey(api, which);
      const { overlapHours } = options;
      const made = await api.send<MadeKey>('POST', `/v1/keys/${id}/rotate`, { overlapHours });
      printKey(made, options, streams);
      if (!options.json) printLine(streams, `  The old key works for another ${overlapHours} h.`);
    });
  withExamples(withSharedOptions(rotate), 'afterclick keys rotate crm-sync --overlap-hours 48');
  const revoke = keys
    .command('revoke')
    .description('Revoke a key at once.')
    .argument('<key>', 'id, name or prefix of the key')
    .action(async (which: string, options: SharedOptions) => {
      const api = await connect(options);
      const { id } = await findKey(api, which);
      const revoked = await api.send<Key>('DELETE', `/v1/keys/${id}`);
      if (options.json) return printJson(streams, revoked);
      printLine(streams, `The key ${revoked.name} (${revoked.prefix}…) is revoked.`);
    });
  withExamples(withSharedOptions(revoke), 'afterclick keys revoke crm-sync');
}

function printKey(made: MadeKey, options: SharedOptions, streams: Streams): void {
  if (options.json) {
    printJson(streams, made);
    return;
  }
  printLine(streams, `Key ${made.name}, shown this once:`);
  printLine(streams);
  printFacts(streams, { key: made.key, scopes: made.scopes.join(', '), id: made.id });
}

async function listKeys(options: SharedOptions, streams: Streams): Promise<void> {
  const api = await connect(options);
  const { items } = await api.get<{ readonly items: readonly Key[] }>('/v1/keys');
  if (options.json) return printJson(streams, items);
  const rows = items.map((key) => [key.id, key.name, key.prefix, key.scopes.join(' '), stateOf(key)]);
  printTable(streams, ['id', 'name', 'prefix', 'scopes', 'state'], rows, ['name', 'scopes']);
}

function stateOf({ expiresAt, revokedAt }: Key): string {
  if (revokedAt !== null) return 'revoked';
  if (expiresAt === null) return 'in force';
  return Date.parse(expiresAt) <= Date.now() ? 'ended' : `until ${localTime(expiresAt)}`;
}

/** A key in force by its id, name or prefix. Rejects when there is none, or several. */
async function findKey(api: ApiClient, which: string): Promise<Key> {
  const { items } = await api.get<{ readonly items: readonly Key[] }>('/v1/keys');
  const living = items.filter(
    ({ revokedAt, expiresAt }) => revokedAt === null && !(Date.parse(expiresAt ?? '') <= Date.now()),
  );
  const named = living.filter(({ id, name, prefix }) => [id, name, prefix].includes(which));
  const [one, ...others] = named.length > 1 ? named.filter(({ expiresAt }) => expiresAt === null) : named;
  if (!one) throw new CommandFailure(`There is no key ${which} in force: afterclick keys list shows them.`);
  if (others.length === 0) return one;
  const choice = [one, ...others].map(({ id, createdAt }) => `  ${id}  made ${zonedTime(createdAt)}`).join('\n');
  throw new UsageError(`Several keys are called ${which}; give the id of one:\n${choice}`);
}
