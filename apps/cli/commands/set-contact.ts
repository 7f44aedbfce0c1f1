/** `afterclick contacts set` and `delete`: one contact, written as the CRM writes it, and forgotten. */
import type { Command } from 'commander';
import { fromText } from '#domain/rules/attributes/value.js';
import type { Attributes, CommandState, Contact, PendingCommand } from '../answers.js';
import type { ApiClient } from '../api-client.js';
import { key, outcome } from '../command-outcome.js';
import { connect } from '../connect.js';
import { UsageError } from '../failure.js';
import { findContact, isId } from '../find-contact.js';
import { repeated, type SharedOptions, wholeNumber, withExamples, withSharedOptions } from '../options.js';
import { printJson, printLine, type Streams } from '../output.js';

interface SetOptions extends SharedOptions {
  readonly externalId?: string;
  readonly attribute?: readonly string[];
  readonly clear?: readonly string[];
  readonly tag?: readonly string[];
  readonly untag?: readonly string[];
  readonly stage?: string;
  readonly owner?: string;
  readonly timeZone?: string;
  readonly consent?: readonly string[];
  readonly ifVersion?: number;
}

interface DeleteOptions extends SharedOptions {
  readonly reason?: string;
  readonly ifVersion?: number;
}

const VERSION = wholeNumber(0, 1e9);

export function addContactSet(contacts: Command, streams: Streams): void {
  const command = contacts
    .command('set')
    .description('Write a contact: it is made where it is not there. What is not named stays as it is.')
    .argument('[email|id]', 'its address, or the id of one that is there; may be left out with --external-id')
    .option('--external-id <id>', 'its id in the CRM; beside an address one more key of the contact')
    .option('--attribute <name=value>', 'set an attribute; a list with ; between; may be repeated', repeated)
    .option('--clear <name>', 'clear an attribute; may be repeated', repeated)
    .option('--tag <tag>', 'add a tag; may be repeated', repeated)
    .option('--untag <tag>', 'remove a tag; may be repeated', repeated)
    .option('--stage <stage>', 'lifecycle stage')
    .option('--owner <address>', 'its salesperson')
    .option('--time-zone <zone>', 'IANA name, such as Europe/Berlin')
    .option('--consent <purpose=yes|no>', 'given or withdrawn; may be repeated', repeated)
    .option('--if-version <n>', 'only while it is at this version; 0: only if it is not there', VERSION)
    .action((who: string | undefined, options: SetOptions) => setContact(who, options, streams));
  withExamples(
    withSharedOptions(command),
    'afterclick contacts set ada@example.com --attribute plan=pro --tag vip --consent news=yes',
    'afterclick contacts set --external-id crm-77 --stage customer',
  );
}

export function addContactDelete(contacts: Command, streams: Streams): void {
  const command = contacts
    .command('delete')
    .description('Forget a contact: its profile is gone until it is written anew; what is suppressed stays so.')
    .argument('<id|email>', 'id of the contact, or its address')
    .option('--reason <text>', 'why, for its timeline')
    .option('--if-version <n>', 'only while it is at this version', VERSION)
    .action((who: string, options: DeleteOptions) => deleteContact(who, options, streams));
  withExamples(withSharedOptions(command), 'afterclick contacts delete ada@example.com --reason "asked us to"');
}

async function setContact(who: string | undefined, options: SetOptions, streams: Streams): Promise<void> {
  if (who === undefined && options.externalId === undefined)
    throw new UsageError('Say which contact: its address, its id, or --external-id.');
  const api = await connect(options);
  const { externalId, clear, stage, owner, timeZone, ifVersion } = options;
  const fields = {
    externalId,
    set: options.attribute === undefined ? undefined : await attributesOf(api, options.attribute),
    clear,
    addTags: options.tag,
    removeTags: options.untag,
    stage,
    owner,
    timeZone,
    consent: options.consent === undefined ? undefined : consentOf(options.consent),
    expectedVersion: ifVersion,
  };
  const [method, path, body] =
    who !== undefined && isId(who)
      ? (['PATCH', `/v1/contacts/${who.toLowerCase()}`, fields] as const)
      : (['PUT', '/v1/contacts', { email: who, ...fields }] as const);
  const answer = await api.send<Contact | PendingCommand>(method, path, body, key());
  if ('state' in answer) {
    const done = await outcome(api, answer);
    if (options.json) return printJson(streams, done);
    return printLine(streams, `Written: ${done.state}.`);
  }
  if (options.json) return printJson(streams, answer);
  printLine(streams, `${answer.email ?? answer.id} is at version ${answer.version}.`);
}

async function deleteContact(who: string, options: DeleteOptions, streams: Streams): Promise<void> {
  const api = await connect(options);
  const { id, email } = await findContact(api, who);
  const headers = options.ifVersion === undefined ? key() : { ...key(), 'if-match': `"${options.ifVersion}"` };
  const body = options.reason === undefined ? undefined : { reason: options.reason };
  const answer = await api.send<CommandState | PendingCommand>('DELETE', `/v1/contacts/${id}`, body, headers);
  const done = answer.state === 'pending' ? await outcome(api, answer as PendingCommand) : answer;
  if (options.json) return printJson(streams, done);
  printLine(streams, `${email ?? id} is forgotten. What was suppressed of it stays suppressed.`);
}

/** Text as the declared type reads it; where none is declared it stays text. */
async function attributesOf(api: ApiClient, told: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const { items } = await api.get<Attributes>('/v1/attributes');
  return Object.fromEntries(
    pairs('--attribute', 'NAME=VALUE', told).map(([name, text]) => {
      const declared = items.find((one) => one.name === name || one.aliases.includes(name));
      if (declared === undefined) return [name, text];
      const list = declared.type === 'list';
      const scalar = (list ? declared.of : declared.type) as Parameters<typeof fromText>[0]['scalar'];
      return [name, fromText({ scalar, list, values: declared.values, storedAs: [] }, text)];
    }),
  );
}

function consentOf(told: readonly string[]): Readonly<Record<string, boolean>> {
  return Object.fromEntries(
    pairs('--consent', 'PURPOSE=yes or PURPOSE=no', told).map(([purpose, text]) => {
      const given = fromText({ scalar: 'bool', list: false, values: [], storedAs: [] }, text);
      if (typeof given !== 'boolean') throw new UsageError(`--consent ${purpose}=${text}: expected yes or no.`);
      return [purpose, given];
    }),
  );
}

function pairs(option: string, expected: string, told: readonly string[]): readonly (readonly [string, string])[] {
  return told.map((one) => {
    const at = one.indexOf('=');
    if (at < 1) throw new UsageError(`${option} ${one}: expected ${expected}.`);
    return [one.slice(0, at), one.slice(at + 1)];
  });
}
