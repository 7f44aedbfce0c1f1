/** `afterclick parked`: inputs that could not be decided, and what waits behind them. */
import type { Command } from 'commander';
import type { Parked } from '../answers.js';
import type { ApiClient } from '../api-client.js';
import { connect } from '../connect.js';
import { CommandFailure } from '../failure.js';
import { checkedId } from '../find-contact.js';
import { type ListOptions, type SharedOptions, withExamples, withListOptions, withSharedOptions } from '../options.js';
import { printFacts, printJson, printLine, printMore, printTable, type Streams } from '../output.js';
import { localTime, zonedTime } from '../text/time.js';

const EXAMPLE = '0197a3c2-5d6e-8f10-9a3b-4c5d6e7f8091';
const EVERYTHING = 1_000_000;

export function addParked(program: Command, streams: Streams): void {
  const parked = program.command('parked').description('Inputs that could not be decided, and what waits behind them.');
  const list = parked
    .command('list')
    .description('List parked inputs, newest first.')
    .action(async (options: ListOptions) => {
      const api = await connect(options);
      const { items, more } = await api.list<Parked>('/v1/parked', {}, options.limit);
      if (options.json) return printJson(streams, items);
      const rows = items.map(({ contactId, type, reason, error, parkedAt }) => [
        ...[contactId ?? 'no contact', type, reason, error],
        localTime(parkedAt),
      ]);
      printTable(streams, ['contact', 'type', 'reason', 'error', 'parked'], rows, ['error', 'type']);
      printMore(streams, items.length, more);
    });
  withExamples(withListOptions(list), 'afterclick parked list');
  const show = parked
    .command('show')
    .description('Show what is parked of a contact, oldest first.')
    .argument('<contact>', 'id of the contact')
    .action((contact: string, options: SharedOptions) => showParked(contact, options, streams));
  withExamples(withSharedOptions(show), `afterclick parked show ${EXAMPLE}`);
  addReplay(parked, 'replay', 'Decide what is parked of a contact again, oldest first.', streams);
  addReplay(parked, 'discard', 'Drop what cannot be decided, and decide what waits behind it.', streams);
}

async function showParked(contact: string, options: SharedOptions, streams: Streams): Promise<void> {
  const contactId = checkedId(contact, 'a contact');
  const mine = (await everything(await connect(options))).filter((one) => one.contactId === contactId).reverse();
  if (mine.length === 0) throw new CommandFailure('Nothing is parked of this contact.');
  if (options.json) return printJson(streams, mine);
  for (const { inputId, type, reason, error, at, parkedAt, place } of mine) {
    printLine(streams, `${type}: ${reason === 'poison' ? 'could not be decided' : 'waits behind the one above'}`);
    printFacts(streams, {
      error,
      input: inputId,
      recorded: zonedTime(at),
      parked: zonedTime(parkedAt),
      place: `${place.topic}, partition ${place.partition}, position ${place.position}`,
    });
  }
}

async function everything(api: ApiClient): Promise<readonly Parked[]> {
  return (await api.list<Parked>('/v1/parked', {}, EVERYTHING)).items;
}

function addReplay(parked: Command, name: 'replay' | 'discard', what: string, streams: Streams): void {
  const command = parked
    .command(name)
    .description(what)
    .argument('<contact>', 'id of the contact')
    .action(async (contact: string, options: SharedOptions) => {
      const api = await connect(options);
      const path = `/v1/parked/${checkedId(contact, 'a contact')}/replay`;
      const answer = await api.send<{ readonly waiting?: number }>('POST', path, { discard: name === 'discard' });
      if (options.json) return printJson(streams, answer);
      if (answer.waiting === undefined) return printLine(streams, 'It is stored and will be decided in a moment.');
      if (answer.waiting > 0)
        throw new CommandFailure(
          `${answer.waiting} of its inputs are parked still: afterclick parked show ${contact} says why.`,
        );
      printLine(streams, 'Nothing of this contact is parked any more.');
    });
  withExamples(withSharedOptions(command), `afterclick parked ${name} ${EXAMPLE}`);
}
