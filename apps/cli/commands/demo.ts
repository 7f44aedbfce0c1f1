/** `afterclick demo`: a morning of provider traffic, signed and sent as SendGrid does, until the hot lead is in the inbox. */
import type { Command } from 'commander';
import { readDemoSecrets } from '#apps/standalone/demo/demo-secrets.js';
import { DEMO_PEOPLE } from '#apps/standalone/demo/people.js';
import { readInstance } from '#platform/runtime/instance-file.js';
import { ApiClient } from '../api-client.js';
import { campaign } from '../demo/campaign.js';
import { SendGridSender } from '../demo/sendgrid-sender.js';
import { CommandFailure } from '../failure.js';
import { configurationOf, type SharedOptions } from '../options.js';
import { printLine, printProgress, type Streams } from '../output.js';

const BATCH = 7;
const WAIT_MS = 30_000;

interface Notification {
  readonly effectId: string;
  readonly title: string | null;
  readonly body: string | null;
  readonly contact: { readonly id: string };
  readonly rule: { readonly name: string } | null;
}

export function addDemo(program: Command, streams: Streams): void {
  program
    .command('demo')
    .description('Send realistic, signed SendGrid traffic; ends with the hot lead in the inbox.')
    .option('--data <dir>', 'data folder of the instance (AFTERCLICK_DATA, default ./data)')
    .action((options: SharedOptions) => withInstance(options, streams, (where) => demo(where, streams)));
}

interface Where {
  readonly url: string;
  readonly dataDir: string;
  /** False: it ends with the demo. */
  readonly stays: boolean;
}

/** On the running instance where one runs; else on one that lives as long as the demo. */
async function withInstance(options: SharedOptions, streams: Streams, work: (where: Where) => Promise<void>) {
  const configuration = configurationOf(options, { logLevel: 'warn' });
  const { dataDir } = configuration;
  const running = readInstance(dataDir);
  if (running) return work({ url: running.url, dataDir, stays: true });
  printProgress(streams, 'Nothing runs on this data folder: starting Afterclick for the time of the demo …');
  const { startStandalone } = await import('#apps/standalone/standalone.js');
  const standalone = await startStandalone({ ...configuration, port: 0 }, { watchRules: null });
  try {
    await work({ url: standalone.where.url, dataDir, stays: false });
  } finally {
    await standalone.stop();
  }
}

async function demo({ url, dataDir, stays }: Where, streams: Streams): Promise<void> {
  const secrets = readDemoSecrets(dataDir);
  if (!secrets)
    throw new CommandFailure(`No demo workspace in ${dataDir}: the first "npm start" on a new folder makes one.`);
  const api = ApiClient.local(url, dataDir);
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
  printLine(streams, `Inbox   ${url}/inbox`);
  printLine(streams, `Contact ${url}/contacts/${lead.contact.id}`);
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
