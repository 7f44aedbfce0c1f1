/** `afterclick demo --days`: a believable past in a workspace that has none. */

import { isFresh } from '#adapters/postgres/operations/fresh-workspace.js';
import type { Workspace } from '#adapters/postgres/registry/workspaces.js';
import { createWorkspace, findWorkspace } from '#adapters/postgres/registry/workspaces.js';
import { createSource, pauseSource } from '#adapters/postgres/sources/sources.js';
import { createSendGridKeys } from '#apps/standalone/demo/demo-secrets.js';
import type { Source } from '#engine/ingest/source.js';
import { createLogger } from '#platform/logging/logger.js';
import { installed } from '#platform/runtime/installation.js';
import { readRuleFiles } from '#platform/runtime/rule-files.js';
import { openRuntime, type Runtime } from '#platform/runtime/runtime.js';
import type { Published, Rules } from '../../answers.js';
import { connect, runningInstance } from '../../connect.js';
import { CommandFailure, UsageError } from '../../failure.js';
import { configurationOf, type SharedOptions, workspaceFor } from '../../options.js';
import { printLine, printProgress, type Streams, seldom } from '../../output.js';
import { zonedTime } from '../../text/time.js';
import { layDown } from './lay-down.js';

export interface HistoryOptions extends SharedOptions {
  readonly days: number;
  readonly contacts: number;
  readonly seed: number;
}

/** Name of the source that the history is of. */
const SOURCE = 'history';
const IN_FORCE_MS = 30_000;

export async function history(options: HistoryOptions, streams: Streams): Promise<void> {
  const configuration = configurationOf(options);
  if (configuration.kafkaBrokers.length > 0)
    throw new UsageError(
      'A history is laid down in the log that is built in, which takes a partition whole or not at all: leave AFTERCLICK_KAFKA_BROKERS unset.',
    );
  const instance = runningInstance(configuration.dataDir);
  const name = workspaceFor(options, instance);
  const logger = createLogger('warn', { write: (line) => void streams.err.write(line) });
  const runtime = await openRuntime(configuration, { url: instance.databaseUrl }, logger);
  try {
    const workspace = await freshWorkspace(runtime, name);
    await rulesInForce({ ...options, workspace: name });
    const source = await historySource(runtime, workspace);
    const say = seldom((text) => printProgress(streams, text));
    const { days, contacts, seed } = options;
    const wish = { workspaceId: workspace.id, source, days, contacts, seed };
    const laid = await layDown(runtime, wish, say);
    // Nothing will come of it any more: a silence of it is none.
    await pauseSource(runtime.pool, { workspaceId: workspace.id, id: source.id, expectedVersion: null });
    printLine(
      streams,
      `Laid down ${laid.engagements.toLocaleString('en')} engagements of ${laid.contacts} contacts in the workspace ${name}, from ${zonedTime(iso(laid.from))} to ${zonedTime(iso(laid.until))}.`,
    );
    printLine(
      streams,
      `Its rules decided each as of its own time; what they asked for then has expired, but for the last day's.`,
    );
    printLine(streams, `Look at it: npx afterclick contacts list --workspace ${name} --sort -score`);
  } finally {
    await runtime.close();
  }
}

const iso = (at: number): string => new Date(at).toISOString();

async function freshWorkspace({ pool, masterKey }: Runtime, name: string): Promise<Workspace> {
  const there = (await findWorkspace(pool, name)) ?? (await createWorkspace(pool, masterKey, name));
  if (there === null) throw new CommandFailure(`The workspace ${name} could neither be found nor made.`);
  if (await isFresh(pool, there.id)) return there;
  throw new CommandFailure(
    `The workspace ${name} has a history of its own, and the past cannot be put beneath it. Name a new one, which is then made: afterclick demo --days 90 --workspace past`,
  );
}

async function rulesInForce(options: SharedOptions): Promise<void> {
  const files = await readRuleFiles(installed('library', 'demo'));
  const api = await connect(options);
  const asked = { files: Object.fromEntries(files.map(({ path, text }) => [path, text])), author: 'demo' };
  let now: Pick<Published, 'inForce' | 'of'> = await api.send<Published>('POST', '/v1/rules/publish', asked);
  const deadline = performance.now() + IN_FORCE_MS;
  while (now.inForce < now.of) {
    if (performance.now() > deadline)
      throw new CommandFailure('The rules of the demo did not take force: see afterclick health.');
    await new Promise((resolve) => setTimeout(resolve, 100));
    now = await api.get<Rules>('/v1/rules');
  }
}

async function historySource({ pool, masterKey }: Runtime, { id: workspaceId }: Workspace): Promise<Source> {
  const settings = { scheme: 'sendgrid-ecdsa-p256-sha256', keyFormat: 'spki-der-base64' } as const;
  const keys = [createSendGridKeys().publicKey];
  const made = await createSource(pool, masterKey, { workspaceId, name: SOURCE, provider: 'sendgrid', settings, keys });
  if (made === null)
    throw new CommandFailure(
      `There is a source called ${SOURCE} already: a history was begun here. Name a new workspace: --workspace past`,
    );
  const { id, path } = made.source;
  return {
    id,
    workspaceId,
    path,
    name: SOURCE,
    provider: 'sendgrid',
    state: 'active',
    settings: { ...settings, keys },
  };
}
