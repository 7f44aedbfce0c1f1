/** `afterclick contacts merge`: a contact becomes part of another, for good. */
import type { Command } from 'commander';
import type { Contact, PendingCommand } from '../answers.js';
import { key, outcome } from '../command-outcome.js';
import { connect } from '../connect.js';
import { findContact } from '../find-contact.js';
import { type SharedOptions, wholeNumber, withExamples, withSharedOptions } from '../options.js';
import { printJson, printLine, type Streams } from '../output.js';

interface MergeOptions extends SharedOptions {
  readonly into: string;
  readonly ifVersion?: number;
}

export function addContactMerge(contacts: Command, streams: Streams): void {
  const command = contacts
    .command('merge')
    .description('Make a contact part of another, which keeps its id and has what both had. It cannot be undone.')
    .argument('<id|email>', 'the contact that becomes part of the other')
    .requiredOption('--into <id|email>', 'the contact that takes it in')
    .option('--if-version <n>', 'only while the first is at this version', wholeNumber(0, 1e9))
    .action((who: string, options: MergeOptions) => mergeContacts(who, options, streams));
  withExamples(withSharedOptions(command), 'afterclick contacts merge ada@home.example --into ada@work.example');
}

async function mergeContacts(who: string, options: MergeOptions, streams: Streams): Promise<void> {
  const api = await connect(options);
  const [from, into] = [await findContact(api, who), await findContact(api, options.into)];
  if (from.id === into.id) {
    if (options.json) return printJson(streams, into);
    return printLine(streams, `${nameOf(into)} and ${who} are one contact already.`);
  }
  const headers = options.ifVersion === undefined ? key() : { ...key(), 'if-match': `"${options.ifVersion}"` };
  const path = `/v1/contacts/${from.id}/merge`;
  const answer = await api.send<Contact | PendingCommand>('POST', path, { into: into.id }, headers);
  if ('state' in answer) await outcome(api, answer);
  const merged = 'state' in answer ? await api.get<Contact>(`/v1/contacts/${from.id}`) : answer;
  if (options.json) return printJson(streams, merged);
  printLine(streams, `${nameOf(from)} is part of ${nameOf(merged)} from here on, under the id ${merged.id}.`);
}

const nameOf = ({ email, id }: Contact): string => email ?? id;
