/** `afterclick contacts`: as they are now, found, with what happened to them last; written, forgotten, in and out by file. */
import type { Command } from 'commander';
import type { Contact, TimelineEvent } from '../answers.js';
import { connect } from '../connect.js';
import { type ContactFilter, filterAsked, withContactFilter } from '../contact-filter.js';
import { findContact } from '../find-contact.js';
import {
  type ListOptions,
  type SharedOptions,
  wholeNumber,
  withExamples,
  withListOptions,
  withSharedOptions,
} from '../options.js';
import { printFacts, printJson, printLine, printMore, printTable, type Streams } from '../output.js';
import { tellEvent } from '../text/event.js';
import { localTime, zonedTime } from '../text/time.js';
import { addContactExport } from './export-contacts.js';
import { addContactImport } from './import-contacts.js';
import { addContactMerge } from './merge-contacts.js';
import { addContactDelete, addContactSet } from './set-contact.js';

const EVENTS = 20;

interface Filter extends ListOptions, ContactFilter {}

interface ShowOptions extends SharedOptions {
  readonly events: number;
}

export function addContacts(program: Command, streams: Streams): void {
  const contacts = program
    .command('contacts')
    .description('Contacts: list, show one with what happened to it, write, forget, import, export.');
  const list = contacts
    .command('list')
    .description('List contacts, the last changed first.')
    .action((options: Filter) => listContacts(options, streams));
  withExamples(
    withListOptions(withContactFilter(list)),
    'afterclick contacts list --tag pricing-interest --min-score 50',
    'afterclick contacts list --search norland --attribute plan=pro --sort -score',
  );
  const show = contacts
    .command('show')
    .description('Show a contact and the last events of its timeline.')
    .argument('<id|email>', 'id of the contact, any of its addresses, or external: and its id in the CRM')
    .option('--events <n>', 'events of the timeline to show', wholeNumber(0, 10_000), EVENTS)
    .action((who: string, options: ShowOptions) => showContact(who, options, streams));
  withExamples(
    withSharedOptions(show),
    'afterclick contacts show ada@example.com',
    'afterclick contacts show external:crm-77',
  );
  addContactSet(contacts, streams);
  addContactDelete(contacts, streams);
  addContactMerge(contacts, streams);
  addContactImport(contacts, streams);
  addContactExport(contacts, streams);
}

async function listContacts(options: Filter, streams: Streams): Promise<void> {
  const api = await connect(options);
  const { items, more } = await api.list<Contact>('/v1/contacts', filterAsked(options), options.limit);
  if (options.json) return printJson(streams, items);
  const rows = items.map(({ id, email, score: points, suppressedScopes, updatedAt }) => [
    ...[id, email, points, suppressedScopes.join(' ')],
    localTime(updatedAt),
  ]);
  printTable(streams, ['id', 'email', 'score', 'suppressed', 'updated'], rows, ['email', 'suppressed']);
  printMore(streams, items.length, more);
}

async function showContact(who: string, options: ShowOptions, streams: Streams): Promise<void> {
  const api = await connect(options);
  const contact = await findContact(api, who);
  const { items, more } =
    options.events === 0
      ? { items: [], more: false }
      : await api.list<TimelineEvent>(`/v1/contacts/${contact.id}/timeline`, {}, options.events);
  if (options.json) return printJson(streams, { contact, timeline: items });
  printContact(contact, streams);
  if (items.length === 0) return;
  printLine(streams);
  printTable(streams, ['occurred', 'event', 'what'], [...items].reverse().flatMap(rowsOf), ['what']);
  printMore(streams, items.length, more, '--events');
}

function printContact(contact: Contact, streams: Streams): void {
  const { lastEngagement, suppressedScopes, attributes } = contact;
  printLine(streams, contact.email ?? (contact.erased ? 'An erased contact' : 'A contact without an address'));
  printLine(streams);
  printFacts(streams, {
    id: contact.id,
    addresses: contact.addresses.length > 1 ? contact.addresses.join(', ') : null,
    'other keys': contact.identities.filter((one) => !one.startsWith('email:')).join(', ') || null,
    'made of': contact.aliases.length === 0 ? null : `${contact.aliases.length + 1} contacts`,
    score: contact.score,
    stage: contact.stage,
    owner: contact.owner,
    tags: contact.tags.join(', '),
    suppressed: suppressedScopes.length === 0 ? 'no' : suppressedScopes.join(', '),
    engagements: contact.engagements,
    'last engagement': lastEngagement && `${lastEngagement.type}, ${zonedTime(lastEngagement.at)}`,
    created: zonedTime(contact.createdAt),
    updated: `${zonedTime(contact.updatedAt)} (version ${contact.version})`,
  });
  const names = Object.keys(attributes);
  if (names.length === 0) return;
  printLine(streams);
  printFacts(streams, Object.fromEntries(names.map((name) => [name, inWords(attributes[name])])));
}

const inWords = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** An effect's id stands below it: it is what `why` asks for. */
function rowsOf(event: TimelineEvent): readonly (readonly string[])[] {
  const { what, detail } = tellEvent(event);
  const row = [localTime(event.occurredAt), what, detail];
  return event.type === 'effect_requested' ? [row, ['', '', `afterclick why ${event.data['effectId']}`]] : [row];
}
