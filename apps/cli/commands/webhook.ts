/** `afterclick webhook`: where a workspace wants its effects posted to, one address a workspace. Goes to the database. */
import type { Command } from 'commander';
import type { PostgresOutgoingWebhooks } from '#adapters/postgres/effect-queue/outgoing-webhooks.js';
import { CommandFailure, UsageError } from '../failure.js';
import { type SharedOptions, withExamples, withSharedOptions, workspaceFor } from '../options.js';
import { printFacts, printJson, printLine, type Streams } from '../output.js';

interface SetOptions extends SharedOptions {
  readonly secret?: string;
}

export function addWebhook(program: Command, streams: Streams): void {
  const webhook = program
    .command('webhook')
    .description('The outgoing webhook: where a workspace’s effects are posted to, signed by Standard Webhooks.');
  const set = webhook
    .command('set')
    .description('Set its address, or replace it; prints the secret that its receiver verifies with.')
    .argument('<url>', 'address to post to')
    .option('--secret <whsec>', 'whsec_ and a key in base64; one is made when left out')
    .action((url: string, options: SetOptions) => setWebhook(url, options, streams));
  withExamples(withSharedOptions(set), 'afterclick webhook set https://crm.example.com/hooks/afterclick');
  const show = webhook
    .command('show')
    .description('Show its address; the secret is not shown again.')
    .action((options: SharedOptions) => showWebhook(options, streams));
  withExamples(withSharedOptions(show), 'afterclick webhook show');
  addChange(webhook, 'pause', 'Post nothing for now: new effects go to the inbox only.', 'is paused', streams);
  addChange(webhook, 'resume', 'Post again.', 'is posted to again', streams);
  addChange(webhook, 'remove', 'Remove it.', 'is removed', streams);
}

async function setWebhook(url: string, options: SetOptions, streams: Streams): Promise<void> {
  const { protocol, username } = URL.parse(url) ?? { protocol: null, username: '' };
  if ((protocol !== 'http:' && protocol !== 'https:') || username !== '')
    throw new UsageError(`"${url}" is no address to post to: expected https://HOST/PATH, without user and password.`);
  const { newKey } = await import('#engine/ingest/new-key.js');
  const secret = options.secret ?? newKey('standard-webhooks-v1') ?? '';
  if (!/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(secret))
    throw new UsageError('--secret: expected whsec_ and a key of 24 to 64 bytes in base64.');
  await withWebhooks(options, streams, ({ webhooks, workspaceId }) => webhooks.save(workspaceId, { url, secret }));
  if (options.json) return printJson(streams, { url, secret, state: 'active' });
  printLine(streams, 'Effects are posted to it from now on.');
  printLine(streams);
  printFacts(streams, { URL: url, secret: `${secret}   (shown this once)` });
}

async function showWebhook(options: SharedOptions, streams: Streams): Promise<void> {
  const webhook = await withWebhooks(options, streams, ({ webhooks, workspaceId }) => webhooks.load(workspaceId));
  if (options.json) return printJson(streams, webhook && { url: webhook.url, state: webhook.state });
  if (webhook === null) return printLine(streams, 'None. Set one with: afterclick webhook set URL');
  printFacts(streams, { URL: webhook.url, state: webhook.state });
}

function addChange(
  webhook: Command,
  name: 'pause' | 'resume' | 'remove',
  what: string,
  now: string,
  streams: Streams,
): void {
  const command = webhook
    .command(name)
    .description(what)
    .action(async (options: SharedOptions) => {
      const changed = await withWebhooks(options, streams, ({ webhooks, workspaceId }) =>
        name === 'remove'
          ? webhooks.remove(workspaceId)
          : webhooks.setState(workspaceId, name === 'pause' ? 'paused' : 'active'),
      );
      if (!changed) throw new CommandFailure('The workspace has no outgoing webhook.');
      if (options.json) return printJson(streams, { done: name });
      printLine(streams, `The webhook ${now}.`);
    });
  withExamples(withSharedOptions(command), `afterclick webhook ${name}`);
}

async function withWebhooks<T>(
  options: SharedOptions,
  streams: Streams,
  work: (at: { webhooks: PostgresOutgoingWebhooks; workspaceId: string }) => Promise<T>,
): Promise<T> {
  const { withDatabase } = await import('../database.js');
  const { workspaceNamed } = await import('../workspace.js');
  const adapter = await import('#adapters/postgres/effect-queue/outgoing-webhooks.js');
  return withDatabase(options, streams, async ({ pool, masterKey, instance }) => {
    const { id } = await workspaceNamed(pool, workspaceFor(options, instance));
    return work({ webhooks: new adapter.PostgresOutgoingWebhooks(pool, masterKey), workspaceId: id });
  });
}
