/** `afterclick demo`: a morning of provider traffic, signed and sent as SendGrid does, until the hot lead is in the inbox. */
import type { Command } from 'commander';
import { readInstance } from '#platform/runtime/instance-file.js';
import type { Notification } from '../answers.js';
import type { ApiClient } from '../api-client.js';
import { connectLocally, runningInstance } from '../connect.js';
import { CommandFailure, UsageError } from '../failure.js';
import { configurationOf, type SharedOptions, wholeNumber, withDataOption, withExamples } from '../options.js';
import { printLine, printProgress, type Streams } from '../output.js';

const BATCH = 7;
const WAIT_MS = 30_000;
const CONTACTS = 300;
const SEED = 1;

interface Options extends SharedOptions {
  readonly days?: number;
  readonly contacts: number;
  readonly seed: number;
}

export function addDemo(program: Command, streams: Streams): void {
  const command = program
    .command('demo')
    .description('Send realistic, signed SendGrid traffic; ends with the hot lead in the inbox.')
    .option(
      '--days <n>',
      'instead lay down so many days of believable history, in a workspace without one',
      wholeNumber(1, 390),
    )
    .option('--contacts <n>', 'of a history: how many contacts', wholeNumber(1, 5_000), CONTACTS)
    .option('--seed <n>', 'of a history: another seed is another history', wholeNumber(0, 4_294_967_295), SEED)
    .option('--workspace <name>', 'of a history: where to; made when it is not there')
    .action(async (options: Options) => {
      const { dataDir } = configurationOf(options);
      if (options.days !== undefined) {
        const { history } = await import('../demo/history/history.js');
        const wish = { ...options, days: options.days };
        return withInstance(dataDir, streams, () => history(wish, streams));
      }
      if (options.workspace !== undefined)
        throw new UsageError('The demo plays in the workspace demo; --workspace goes with --days.');
      return withInstance(dataDir, streams, (stays) => demo(dataDir, stays, streams));
    });
  withExamples(
    withDataOption(command),
    'afterclick demo',
    'afterclick demo --days 90',
    'afterclick demo --days 90 --workspace past',
  );
}

/** On the running instance where one runs; else on one that lives as long as the demo, which then does not stay. */
async function withInstance(dataDir: string, streams: Streams, work: (stays: boolean) => Promise<void>): Promise<void> {
  if (readInstance(dataDir)) return work(true);
  printProgress(streams, 'Nothing runs on this data folder: starting Afterclick for the time of the demo …');
  const { startStandalone } = await import('#apps/standalone/standalone.js');
  const { createLogger } = await import('#platform/logging/logger.js');
  const logger = createLogger('warn', { write: (line) => void streams.err.write(line) });
  const configuration = configurationOf({ data: dataDir }, { port: 0 });
  const standalone = await startStandalone(configuration, { watchRules: null, logger });
  try {
    await work(false);
  } finally {
    await standalone.stop();
  }
}

async function demo(dataDir: string, stays: boolean, streams: Streams): Promise<void> {
  const { readDemoSecrets } = await import('#apps/standalone/demo/demo-secrets.js');
  const { DEMO_PEOPLE } = await import('#apps/standalone/demo/people.js');
  const { campaign } = await import('../demo/campaign.js');
  const { SendGridSender } = await import('../demo/sendgrid-sender.js');
  const instance = runningInstance(dataDir);
  const { url, workspace } = instance;
  const secrets = readDemoSecrets(dataDir);
  if (secrets?.workspaceId !== workspace.id)
    throw new CommandFailure(
      `The workspace ${workspace.name} has no demo in it: the one called demo has. Start without AFTERCLICK_WORKSPACE.`,
    );
  const api = connectLocally(instance, dataDir);
  const before = new Set((await hotLeads(api)).map(({ effectId }) => effectId));
  const sender = new SendGridSender(`${url}/ingest/${secrets.sendgrid.path}`, secrets.sendgrid.privateKeyPem);
  const events = campaign(DEMO_PEOPLE, Date.now());
  for (let index = 0; index < events.length; index += BATCH) {
    const batch = events.slice(index, index + BATCH);
    await sender.send(batch);
    printProgress(streams, batch.map(({ event, email }) => `  ${event.padEnd(12)} ${email}`).join('\n'));
  }
  // SendGrid re-sends now and then, also what was answered: it must change nothing.
  await sender.send(events.slice(0, BATCH));
  printProgress(
    streams,
    `Sent ${events.length} events of ${DEMO_PEOPLE.length} people, some of them twice. Waiting for the inbox …`,
  );
  const lead = await newHotLead(api, before);
  if (!lead) throw new CommandFailure(await whyNone(api, before.size));
  printLine(streams, `In the inbox: ${lead.title}`);
  for (const line of (lead.body ?? '').trim().split('\n')) printLine(streams, `  ${line}`);
  printLine(streams);
  if (!stays) {
    printLine(streams, 'Start Afterclick to look around: npm start');
    return;
  }
  printLine(streams, `Inbox   ${url}/pages/inbox`);
  printLine(streams, `Contact ${url}/pages/contacts/${lead.contact.id}`);
  printLine(streams, `Why     npx afterclick why ${lead.effectId}`);
}

async function hotLeads(api: ApiClient): Promise<readonly Notification[]> {
  const page = await api.get<{ readonly items: readonly Notification[] }>('/v1/notifications?limit=200');
  return page.items.filter(({ rule }) => rule?.name === 'hot-lead');
}

async function newHotLead(api: ApiClient, before: ReadonlySet<string>): Promise<Notification | null> {
  const deadline = Date.now() + WAIT_MS;
  while (Date.now() < deadline) {
    const found = (await hotLeads(api)).find(({ effectId }) => !before.has(effectId));
    if (found) return found;
    // The rule fires once in 30 days for a contact: a demo run again shows the lead of the first time.
    if (before.size > 0) return (await hotLeads(api))[0] ?? null;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return null;
}

async function whyNone(api: ApiClient, before: number): Promise<string> {
  const ready = await api.get<unknown>('/health/ready').catch((error: unknown) => String(error));
  return `No hot lead reached the inbox within ${WAIT_MS / 1000} s (${before} were there before). Readiness: ${JSON.stringify(ready)}`;
}
