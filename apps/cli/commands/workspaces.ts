/** `afterclick workspaces`: each keeps its contacts, rules, sources and keys to itself. Goes to the database: no key is of two of them. */
import type { Command } from 'commander';
import { connect } from '../connect.js';
import { CommandFailure, UsageError } from '../failure.js';
import { type SharedOptions, withDataOption, withExamples } from '../options.js';
import { printFacts, printJson, printLine, printTable, type Streams } from '../output.js';
import { localTime } from '../text/time.js';

export function addWorkspaces(program: Command, streams: Streams): void {
  const workspaces = program.command('workspaces').description('Workspaces: create one, list them.');
  const create = workspaces
    .command('create')
    .description('Create a workspace, empty, with an API key of its own.')
    .argument('<name>', 'a–z, 0–9 and hyphens, beginning with a letter; at most 63')
    .option('--json', 'print JSON')
    .action((name: string, options: SharedOptions) => createOne(name, options, streams));
  withExamples(withDataOption(create), 'afterclick workspaces create acme');
  const list = workspaces
    .command('list')
    .description('List all workspaces.')
    .option('--json', 'print JSON')
    .action((options: SharedOptions) => listAll(options, streams));
  withExamples(withDataOption(list), 'afterclick workspaces list');
  const release = workspaces
    .command('release')
    .description(
      'End the hold of a workspace (too many of its inputs could not be decided), and decide again what is parked in it.',
    )
    .argument('<name>', 'the workspace')
    .option('--json', 'print JSON')
    .action((name: string, options: SharedOptions) => releaseOne(name, options, streams));
  withExamples(withDataOption(release), 'afterclick workspaces release acme');
}

interface Released {
  readonly wasHeld: boolean;
  readonly contacts: number;
  readonly next: string | null;
}

async function releaseOne(name: string, options: SharedOptions, streams: Streams): Promise<void> {
  const api = await connect({ ...options, workspace: name });
  let [wasHeld, contacts] = [false, 0];
  for (let cursor: string | undefined; ; ) {
    const page: Released = await api.send<Released>('POST', '/v1/parked/release', { cursor });
    wasHeld ||= page.wasHeld;
    contacts += page.contacts;
    if (page.next === null) break;
    cursor = page.next;
    if (!options.json) printLine(streams, `${contacts} contacts …`);
  }
  const waiting = (await api.list('/v1/parked', {}, 1)).items.length > 0;
  if (options.json) return printJson(streams, { wasHeld, contacts, waiting });
  printLine(streams, wasHeld ? `Workspace ${name} is released.` : `Workspace ${name} was not held.`);
  printLine(streams, `What was parked of ${contacts} contacts is decided again.`);
  if (waiting) printLine(streams, 'Some is parked still: afterclick parked list says what and why.');
}

async function createOne(name: string, options: SharedOptions, streams: Streams): Promise<void> {
  const { isWorkspaceName, WORKSPACE_NAME_RULE } = await import('#contracts/workspace-name.js');
  if (!isWorkspaceName(name)) throw new UsageError(`"${name}" is no name of a workspace: ${WORKSPACE_NAME_RULE}.`);
  const { withDatabase } = await import('../database.js');
  const { makeWorkspace } = await import('../make-workspace.js');
  const made = await withDatabase(options, streams, (database) => makeWorkspace(database, name));
  if (made === null) throw new CommandFailure(`There is a workspace called ${name} already.`);
  const { workspace, apiKey } = made;
  if (options.json) return printJson(streams, { ...shown(workspace), apiKey });
  printLine(streams, `Workspace ${name} is made.`);
  printLine(streams);
  printFacts(streams, { id: workspace.id, 'API key': `${apiKey}   (all scopes; shown this once)` });
  printLine(streams);
  printLine(streams, 'Go on with:');
  printLine(streams, `  afterclick sources create NAME --provider PROVIDER --workspace ${name}`);
  printLine(streams, `  afterclick rules publish DIR --workspace ${name}`);
}

async function listAll(options: SharedOptions, streams: Streams): Promise<void> {
  const { withDatabase } = await import('../database.js');
  const { listWorkspaces } = await import('#adapters/postgres/registry/workspaces.js');
  const all = await withDatabase(options, streams, ({ pool }) => listWorkspaces(pool));
  if (options.json) return printJson(streams, all.map(shown));
  printTable(
    streams,
    ['name', 'id', 'created'],
    all.map(({ name, id, createdAt }) => [name, id, localTime(createdAt)]),
  );
}

function shown({ id, name, createdAt }: { readonly id: string; readonly name: string; readonly createdAt: number }) {
  return { id, name, createdAt: new Date(createdAt).toISOString() };
}
