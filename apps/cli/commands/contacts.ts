/** `afterclick contacts`: as they are now, found, and with what happened to them last. */
import type { Command } from 'commander';
import type { Contact, TimelineEvent } from '../answers.js';
import { connect } from '../connect.js';
import { findContact } from '../find-contact.js';
import {
  type ListOptions,
  repeated,
  type SharedOptions,
  wholeNumber,
  withExamples,
  withListOptions,
  withSharedOptions,
} from '../options.js';
import { printFacts, printJson, printLine, printMore, printTable, type Streams } from '../output.js';
import { tellEvent } from '../text/event.js';
import { localTime, zonedTime } from '../text/time.js';

const EVENTS = 20;

interface Filter extends ListOptions {
  readonly search?: string;
  readonly emailPrefix?: string;
  readonly tag?: readonly string[];
  readonly attribute?: readonly string[];
  readonly stage?: string;
  readonly owner?: string;
  readonly minScore?: number;
  readonly maxScore?: number;
  readonly suppressed?: boolean;
  readonly suppressedScope?: string;
  readonly lastEngagement?: string;
  readonly engagedSince?: string;
  readonly engagedBefore?: string;
  readonly updatedSince?: string;
  readonly sort?: string;
}

interface ShowOptions extends SharedOptions {
  readonly events: number;
}

const score = wholeNumber(-1e12, 1e12);

export function addContacts(program: Command, streams: Streams): void {
  const contacts = program.command('contacts').description('Contacts: list them, show one with what happened to it.');
  const list = contacts
    .command('list')
    .description('List contacts, the last changed first.')
    .option('--search <words>', 'only with these words, or parts of them, in address or name')
    .option('--email-prefix <text>', 'only addresses that begin so')
    .option('--tag <tag>', 'only with this tag; may be repeated', repeated)
    .option('--attribute <wish>', 'only with it: NAME=VALUE, NAME!=VALUE, NAME or !NAME; may be repeated', repeated)
    .option('--stage <stage>', 'only in this lifecycle stage')
    .option('--owner <owner>', 'only of this salesperson')
    .option('--min-score <n>', 'only with this score or more', score)
    .option('--max-score <n>', 'only with this score or less', score)
    .option('--suppressed', 'only those that may not be written to')
    .option('--no-suppressed', 'only those that may be written to')
    .option('--suppressed-scope <scope>', 'only suppressed for this: all, group:ID or list:ID')
    .option('--last-engagement <type>', 'only those whose last engagement was of this type; none: who never engaged')
    .option('--engaged-since <time>', 'only last engaged at or after this time (ISO 8601)')
    .option('--engaged-before <time>', 'only last engaged before this time (ISO 8601)')
    .option('--updated-since <time>', 'only changed at or after this time, oldest change first (ISO 8601)')
    .option('--sort <order>', 'updated, score or engaged; with - before it from the highest')
    .action((options: Filter) => listContacts(options, streams));
  withExamples(
    withListOptions(list),
    'afterclick contacts list --tag pricing-interest --min-score 50',
    'afterclick contacts list --search norland --attribute plan=pro --sort -score',
  );
  const show = contacts
    .command('show')
    .description('Show a contact and the last events of its timeline.')
    .argument('<id|email>', 'id of the contact, or its address')
    .option('--events <n>', 'events of the timeline to show', wholeNumber(0, 10_000), EVENTS)
    .action((who: string, options: ShowOptions) => showContact(who, options, streams));
  withExamples(withSharedOptions(show), 'afterclick contacts show ada@example.com');
}

async function listContacts(options: Filter, streams: Streams): Promise<void> {
  const api = await connect(options);
  const query = {
    q: options.search,
    email_prefix: options.emailPrefix,
    tag: options.tag,
    attribute: options.attribute,
    stage: options.stage,
    owner: options.owner,
    min_score: options.minScore,
    max_score: options.maxScore,
    suppressed: options.suppressed,
    suppressed_scope: options.suppressedScope,
    last_engagement: options.lastEngagement,
    engaged_since: options.engagedSince,
    engaged_before: options.engagedBefore,
    updated_since: options.updatedSince,
    sort: options.sort,
  };
  const { items, more } = await api.list<Contact>('/v1/contacts', query, options.limit);
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
    'alias of': contact.linkedTo,
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
