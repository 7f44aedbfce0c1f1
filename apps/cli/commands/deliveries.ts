/** `afterclick deliveries` and `afterclick quarantine`: what providers sent, and what of it was not understood. */
import type { Command } from 'commander';
import type { Delivery, OpenedDelivery, OpenedQuarantined, Quarantined } from '../answers.js';
import { connect } from '../connect.js';
import { checkedId } from '../find-contact.js';
import { type ListOptions, type SharedOptions, withExamples, withListOptions, withSharedOptions } from '../options.js';
import { printFacts, printJson, printLine, printMore, printTable, type Streams } from '../output.js';
import { sourceNamed } from '../sources/find-source.js';
import { localTime, zonedTime } from '../text/time.js';
import { addDiscard, addRedrive, addRenormalise } from './reread.js';

interface Options extends ListOptions {
  readonly source?: string;
}

const EXAMPLE = '0197a3c2-5d6e-8f10-9a3b-4c5d6e7f8091';

export function addDeliveries(program: Command, streams: Streams): void {
  const deliveries = program.command('deliveries').description('HTTP requests of providers, as they came.');
  const list = deliveries
    .command('list')
    .description('List deliveries, newest first; they are kept for AFTERCLICK_RAW_DAYS.')
    .option('--source <name|id>', 'only of this source')
    .action(async (options: Options) => {
      const { items, more } = await received<Delivery>('/v1/deliveries', options);
      if (options.json) return printJson(streams, items);
      const rows = items.map(({ id, provider, outcome, engagements, unreadable, receivedAt }) => [
        ...[id, provider, outcome, engagements, unreadable],
        localTime(receivedAt),
      ]);
      const columns = ['id', 'provider', 'outcome', 'events', 'unread', 'received'];
      printTable(streams, columns, rows, ['provider', 'outcome']);
      printMore(streams, items.length, more);
    });
  withExamples(withListOptions(list), 'afterclick deliveries list --source website');
  const show = deliveries
    .command('show')
    .description('Show a delivery with the request as it came.')
    .argument('<id>', 'id of the delivery')
    .action(async (id: string, options: SharedOptions) => {
      const api = await connect(options);
      const delivery = await api.get<OpenedDelivery>(`/v1/deliveries/${checkedId(id, 'a delivery')}`);
      if (options.json) return printJson(streams, delivery);
      printDelivery(delivery, streams);
    });
  withExamples(withSharedOptions(show), `afterclick deliveries show ${EXAMPLE}`);
  addRenormalise(deliveries, streams);
}

export function addQuarantine(program: Command, streams: Streams): void {
  const quarantine = program.command('quarantine').description('Parts of deliveries that were not understood.');
  const list = quarantine
    .command('list')
    .description('List what waits in quarantine, newest first.')
    .option('--source <name|id>', 'only of this source')
    .action(async (options: Options) => {
      const { items, more } = await received<Quarantined>('/v1/quarantine', options);
      if (options.json) return printJson(streams, items);
      const rows = items.map(({ id, element, reason, receivedAt }) => [
        ...[id, element ?? 'body', reason],
        localTime(receivedAt),
      ]);
      printTable(streams, ['id', 'element', 'reason', 'received'], rows, ['reason']);
      printMore(streams, items.length, more);
    });
  withExamples(withListOptions(list), 'afterclick quarantine list');
  const show = quarantine
    .command('show')
    .description('Show one part, and why it was not understood.')
    .argument('<id>', 'id in quarantine')
    .action(async (id: string, options: SharedOptions) => {
      const api = await connect(options);
      const one = await api.get<OpenedQuarantined>(`/v1/quarantine/${checkedId(id, 'a part in quarantine')}`);
      if (options.json) return printJson(streams, one);
      printLine(streams, `${one.reason}: ${one.part?.detail ?? 'the key of its day was destroyed'}`);
      printFacts(streams, {
        delivery: one.deliveryId,
        element: one.element ?? 'the whole body',
        received: zonedTime(one.receivedAt),
        state: one.state,
      });
      if (one.part) printLine(streams, `\n${one.part.body}`);
    });
  withExamples(withSharedOptions(show), `afterclick quarantine show ${EXAMPLE}`);
  addRedrive(quarantine, streams);
  addDiscard(quarantine, streams);
}

async function received<Item>(path: string, options: Options) {
  const api = await connect(options);
  const source = options.source === undefined ? undefined : (await sourceNamed(api, options.source)).id;
  return api.list<Item>(path, { source }, options.limit);
}

function printDelivery(delivery: OpenedDelivery, streams: Streams): void {
  const { request } = delivery;
  printLine(
    streams,
    `${delivery.outcome}: ${delivery.engagements} engagements, ${delivery.unreadable} unreadable parts`,
  );
  printFacts(streams, {
    id: delivery.id,
    provider: delivery.provider,
    source: delivery.sourceId,
    received: zonedTime(delivery.receivedAt),
  });
  printLine(streams);
  if (request === null) {
    printLine(streams, 'The request itself is gone: the key of its day was destroyed.');
    return;
  }
  printLine(streams, `${request.method} ${request.url}`);
  for (const [name, value] of Object.entries(request.headers)) printLine(streams, `${name}: ${value}`);
  printLine(streams, `\n${request.body}`);
}
