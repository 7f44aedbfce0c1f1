/** `afterclick webhooks`: who is told of changes of contacts. */
import { type Command, Option } from 'commander';
import type { ApiClient } from '../api-client.js';
import { connect } from '../connect.js';
import { CommandFailure, UsageError } from '../failure.js';
import { repeated, type SharedOptions, wholeNumber, withExamples, withSharedOptions } from '../options.js';
import { printFacts, printJson, printLine, printMore, printTable, type Streams } from '../output.js';
import { localTime, zonedTime } from '../text/time.js';

interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly filter: object;
  readonly state: string;
  readonly disabledReason: string | null;
  readonly failures: number;
  readonly failingSince: string | null;
  readonly oldSecretUntil: string | null;
}
interface WithSecret extends Webhook {
  readonly secret: string;
}
interface Delivery {
  readonly id: string;
  readonly contactId: string;
  readonly state: string;
  readonly attempts: number;
  readonly reason: string | null;
  readonly createdAt: string;
}
interface CreateOptions extends SharedOptions {
  readonly field?: string[];
  readonly tag?: string[];
  readonly stage?: string[];
  readonly suppressed?: 'true' | 'false';
  readonly retryHours?: number;
}
interface DeliveriesOptions extends SharedOptions {
  readonly limit: number;
  readonly state?: string;
}

const STATES = ['queued', 'delivered', 'dead', 'expired', 'discarded'];

export function addWebhooks(program: Command, streams: Streams): void {
  const webhooks = program
    .command('webhooks')
    .description('Webhooks that are told of changes of contacts, signed by Standard Webhooks (effects: see webhook).');
  addCreate(webhooks, streams);
  const list = webhooks
    .command('list')
    .description('List the webhooks, and how they fare.')
    .action((options: SharedOptions) => listWebhooks(options, streams));
  withExamples(withSharedOptions(list), 'afterclick webhooks list');
  addTest(webhooks, streams);
  addDeliveries(webhooks, streams);
  addRotate(webhooks, streams);
  addState(webhooks, 'pause', 'Tell it nothing for now; it goes on where it stopped.', streams);
  addState(webhooks, 'resume', 'Take a paused or disabled webhook up again.', streams);
  const remove = webhooks
    .command('delete')
    .description('Delete a webhook, with what waits for it.')
    .argument('<name|id>', 'the webhook')
    .action(async (which: string, options: SharedOptions) => {
      const api = await connect(options);
      const { id, name } = await webhookNamed(api, which);
      const deleted = await api.send<Webhook>('DELETE', `/v1/webhooks/${id}`);
      if (options.json) return printJson(streams, deleted);
      printLine(streams, `Webhook ${name} is deleted.`);
    });
  withExamples(withSharedOptions(remove), 'afterclick webhooks delete crm');
}

function addCreate(webhooks: Command, streams: Streams): void {
  const create = webhooks
    .command('create')
    .description('Tell an address of changes from now on; prints its secret (once).')
    .argument('<name>', 'what to call it, e.g. crm')
    .argument('<url>', 'where changes are posted to')
    .option('--field <name>', 'only where this changed, e.g. score, stage, attributes.plan; may be repeated', repeated)
    .option('--tag <tag>', 'only of contacts with this tag; may be repeated', repeated)
    .option('--stage <stage>', 'only of contacts in this stage; may be repeated', repeated)
    .addOption(
      new Option('--suppressed <yes>', 'only of contacts that may not be mailed, or may').choices(['true', 'false']),
    )
    .option('--retry-hours <hours>', 'how long a change is tried (default: 72)', wholeNumber(1, 168))
    .action(async (name: string, url: string, options: CreateOptions) => {
      const { field: fields, tag: tags, stage: stages, retryHours } = options;
      const suppressed = options.suppressed === undefined ? undefined : options.suppressed === 'true';
      const filter = { fields, tags, stages, suppressed };
      const api = await connect(options);
      const made = await api.send<WithSecret>('POST', '/v1/webhooks', { name, url, filter, retryHours });
      if (options.json) return printJson(streams, made);
      printWithSecret(made, streams);
      printLine(streams, `\nTry it out: afterclick webhooks test ${name}`);
    });
  withExamples(
    withSharedOptions(create),
    'afterclick webhooks create crm https://crm.example.com/hooks/afterclick',
    'afterclick webhooks create sales https://sales.example.com/hook --field score --field stage --tag pricing',
  );
}

async function listWebhooks(options: SharedOptions, streams: Streams): Promise<void> {
  const api = await connect(options);
  const { items } = await api.get<{ readonly items: readonly Webhook[] }>('/v1/webhooks');
  if (options.json) return printJson(streams, items);
  const rows = items.map((one) => [one.name, one.url, stateOf(one), JSON.stringify(one.filter), one.id]);
  printTable(streams, ['name', 'URL', 'state', 'filter', 'id'], rows, ['URL', 'filter']);
}

function stateOf({ state, disabledReason, failures, failingSince }: Webhook): string {
  if (disabledReason !== null) return `${state} (${disabledReason})`;
  return failures === 0 || failingSince === null ? state : `failing since ${localTime(failingSince)}`;
}

function addTest(webhooks: Command, streams: Streams): void {
  const test = webhooks
    .command('test')
    .description('Send a signed test message now. Exit code 1 when it is not accepted.')
    .argument('<name|id>', 'the webhook')
    .action(async (which: string, options: SharedOptions) => {
      const api = await connect(options);
      const { id, name } = await webhookNamed(api, which);
      const result = await api.send<{
        delivered: boolean;
        reason: string | null;
        detail: string | null;
        tookMs: number;
      }>('POST', `/v1/webhooks/${id}/test`);
      if (options.json) printJson(streams, result);
      else if (result.delivered) printLine(streams, `${name} accepted a test message (${result.tookMs} ms).`);
      if (!result.delivered)
        throw new CommandFailure(
          `${name} did not accept a test message: ${result.detail ?? result.reason ?? 'no answer'}`,
        );
    });
  withExamples(withSharedOptions(test), 'afterclick webhooks test crm');
}

function addDeliveries(webhooks: Command, streams: Streams): void {
  const deliveries = webhooks
    .command('deliveries')
    .description('What a webhook was told, newest first.')
    .argument('<name|id>', 'the webhook')
    .addOption(new Option('--state <state>', 'only those').choices(STATES))
    .option('--limit <count>', 'most to show', wholeNumber(1, 1_000), 20)
    .action(async (which: string, options: DeliveriesOptions) => {
      const api = await connect(options);
      const { id } = await webhookNamed(api, which);
      const path = `/v1/webhooks/${id}/deliveries`;
      const { items, more } = await api.list<Delivery>(path, { state: options.state }, options.limit);
      if (options.json) return printJson(streams, items);
      const rows = items.map((one) => {
        return [localTime(one.createdAt), one.state, one.attempts, one.reason, one.contactId, one.id];
      });
      printTable(streams, ['at', 'state', 'attempts', 'reason', 'contact', 'id'], rows, ['reason']);
      printMore(streams, items.length, more);
    });
  withExamples(withSharedOptions(deliveries), 'afterclick webhooks deliveries crm --state dead');
  const redeliver = webhooks
    .command('redeliver')
    .description('Tell a change again that has ended, under the same id.')
    .argument('<name|id>', 'the webhook')
    .argument('<delivery>', 'id of the delivery')
    .action(async (which: string, delivery: string, options: SharedOptions) => {
      const api = await connect(options);
      const { id, name } = await webhookNamed(api, which);
      const done = await api.send('POST', `/v1/webhooks/${id}/deliveries/${delivery}/redeliver`);
      if (options.json) return printJson(streams, done);
      printLine(streams, `${name} is told again.`);
    });
  withExamples(withSharedOptions(redeliver), 'afterclick webhooks redeliver crm 0197a3c2-5d6e-8f10-9a3b-4c5d6e7f8091');
}

function addRotate(webhooks: Command, streams: Streams): void {
  const rotate = webhooks
    .command('rotate')
    .description('Make a new secret; the old one signs beside it for a while.')
    .argument('<name|id>', 'the webhook')
    .option('--overlap-hours <hours>', 'how long both sign', wholeNumber(0, 720), 24)
    .action(async (which: string, options: SharedOptions & { readonly overlapHours: number }) => {
      const api = await connect(options);
      const { id } = await webhookNamed(api, which);
      const { overlapHours } = options;
      const made = await api.send<WithSecret>('POST', `/v1/webhooks/${id}/rotate`, { overlapHours });
      if (options.json) return printJson(streams, made);
      printWithSecret(made, streams);
    });
  withExamples(withSharedOptions(rotate), 'afterclick webhooks rotate crm --overlap-hours 48');
}

function addState(webhooks: Command, name: 'pause' | 'resume', what: string, streams: Streams): void {
  const command = webhooks
    .command(name)
    .description(what)
    .argument('<name|id>', 'the webhook')
    .action(async (which: string, options: SharedOptions & { readonly fromNow?: boolean }) => {
      const api = await connect(options);
      const { id } = await webhookNamed(api, which);
      const wish = {
        state: name === 'pause' ? 'paused' : 'active',
        ...(options.fromNow ? { from: 'now' } : {}),
      };
      const changed = await api.send<Webhook>('PATCH', `/v1/webhooks/${id}`, wish);
      if (options.json) return printJson(streams, changed);
      printLine(streams, `Webhook ${changed.name} is ${changed.state}.`);
    });
  if (name === 'resume') command.option('--from-now', 'leave out what changed meanwhile');
  withExamples(withSharedOptions(command), `afterclick webhooks ${name} crm`);
}

function printWithSecret({ name, url, secret, filter, oldSecretUntil, id }: WithSecret, streams: Streams): void {
  printLine(streams, `Webhook ${name}`);
  printLine(streams);
  printFacts(streams, {
    URL: url,
    secret: `${secret}   (shown this once)`,
    filter: Object.keys(filter).length === 0 ? null : JSON.stringify(filter),
    'old secret': oldSecretUntil && `signs too until ${zonedTime(oldSecretUntil)}`,
    id,
  });
}

/** Rejects with CommandFailure that names those there are. */
async function webhookNamed(api: ApiClient, which: string): Promise<Webhook> {
  if (which === '') throw new UsageError('Give the name or id of a webhook.');
  const { items } = await api.get<{ readonly items: readonly Webhook[] }>('/v1/webhooks');
  const found = items.find(({ id, name }) => name === which || id === which.toLowerCase());
  if (found) return found;
  const names = items.map(({ name }) => name).join(', ') || 'none';
  throw new CommandFailure(`There is no webhook called ${which}. There are: ${names}.`);
}
