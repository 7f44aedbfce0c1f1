/** The whole engine in this process on a test database, with what a suite needs to talk to it over HTTP. */
import { createHmac, createSign, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { insertApiKey } from '#adapters/postgres/registry/api-keys.js';
import { createWorkspace } from '#adapters/postgres/registry/workspaces.js';
import { readDemoSecrets } from '#apps/standalone/demo/demo-secrets.js';
import { startStandalone } from '#apps/standalone/standalone.js';
import type { Uuid } from '#contracts/ids.js';
import { createApiKey, type Scope } from '#platform/auth/api-key.js';
import { type Configuration, readConfiguration } from '#platform/configuration/configuration.js';
import type { Runtime } from '#platform/runtime/runtime.js';
import { type TestDatabase, testDatabase } from '../postgres.js';
import { until } from '../until.js';

export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface Ask {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: the demo workspace's key, which may do everything; null: none. */
  readonly key?: string | null;
}

export interface RunningEngine {
  readonly url: string;
  readonly key: string;
  /** Name of the demo workspace. */
  readonly workspace: string;
  readonly runtime: Runtime;
  readonly database: TestDatabase;
  ask<Body = Record<string, unknown>>(path: string, ask?: Ask): Promise<Answer<Body>>;
  /** Asks until the answer fits. Rejects when it never does. */
  askUntil<Body = Record<string, unknown>>(path: string, fits: (body: Body) => boolean): Promise<Body>;
  /** Posts to the demo's SendGrid source as SendGrid does, signed over these bytes. */
  sendgrid(events: readonly object[] | string): Promise<Answer<{ delivery: Uuid }>>;
  /** Posts to the demo's generic HMAC source. */
  website(event: object): Promise<Answer<{ delivery: Uuid }>>;
  /** A key of the demo workspace, or of another one, made with it. */
  keyWith(scopes: readonly Scope[], workspace?: string): Promise<string>;
  stop(): Promise<void>;
}

/** One SendGrid event, its id its own. */
export function event(email: string, type: string, more: object = {}): object {
  const id = randomBytes(12).toString('base64url');
  return {
    email,
    event: type,
    timestamp: Math.floor(Date.now() / 1000),
    sg_event_id: id,
    sg_message_id: 'm1.f',
    ...more,
  };
}

/** `logger`: what the process says, for suites that look at it. `more`: settings beside the usual ones. */
export async function runningEngine(logger?: Logger, more: Partial<Configuration> = {}): Promise<RunningEngine> {
  const database = await testDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'afterclick-api-'));
  const settings = { databaseUrl: database.url, dataDir, port: 0, logLevel: 'error' as const, partitions: 2, ...more };
  const standalone = await startStandalone(readConfiguration({}, settings), {
    watchRules: null,
    ...(logger === undefined ? {} : { logger }),
  });
  const { where, runtime } = standalone;
  const { ask, askUntil } = asking(where.url, where.apiKey);
  const secrets = readDemoSecrets(dataDir);
  if (secrets === null) throw new Error('the demo was not set up');
  const post = (path: string, body: string, headers: Record<string, string>) =>
    ask<{ delivery: Uuid }>(`/ingest/${path}`, { method: 'POST', body, headers, key: null });
  return {
    url: where.url,
    key: where.apiKey,
    workspace: where.workspace,
    runtime,
    database,
    ask,
    askUntil,
    sendgrid: (events) => {
      const body = typeof events === 'string' ? events : JSON.stringify(events);
      const at = String(Math.floor(Date.now() / 1000));
      const signature = createSign('sha256')
        .update(at + body)
        .sign(secrets.sendgrid.privateKeyPem, 'base64');
      return post(secrets.sendgrid.path, body, {
        'content-type': 'application/json',
        'x-twilio-email-event-webhook-signature': signature,
        'x-twilio-email-event-webhook-timestamp': at,
      });
    },
    website: (sent) => {
      const body = JSON.stringify(sent);
      const at = String(Math.floor(Date.now() / 1000));
      const signature = createHmac('sha256', secrets.hmac.secret).update(`${at}.${body}`).digest('hex');
      const headers = { 'x-webhook-signature': signature, 'x-webhook-timestamp': at };
      return post(secrets.hmac.path, body, { 'content-type': 'application/json', ...headers });
    },
    keyWith: (scopes, workspace) => keyWith(runtime, where.workspace, scopes, workspace),
    stop: async () => {
      await standalone.stop();
      await database.drop();
      await rm(dataDir, { recursive: true });
    },
  };
}

function asking(url: string, ownKey: string): Pick<RunningEngine, 'ask' | 'askUntil'> {
  const ask = async <Body>(path: string, { method = 'GET', body, headers, key = ownKey }: Ask = {}) => {
    const response = await fetch(url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : text) as Body };
  };
  const askUntil = async <Body>(path: string, fits: (body: Body) => boolean): Promise<Body> => {
    let last: Body | undefined;
    await until(async () => {
      last = (await ask<Body>(path)).body;
      return fits(last);
    }, 20_000);
    return last as Body;
  };
  return { ask, askUntil };
}

async function keyWith(runtime: Runtime, own: string, scopes: readonly Scope[], workspace = own): Promise<string> {
  const { pool, masterKey } = runtime;
  const found = await pool.query<{ id: Uuid }>('select id from registry.workspace where name = $1', [workspace]);
  const id = found.rows[0]?.id ?? (await createWorkspace(pool, masterKey, workspace))?.id;
  if (id === undefined) throw new Error(`the workspace ${workspace} could not be made`);
  const { text, hash, prefix } = createApiKey();
  await insertApiKey(pool, id, { name: 'test', hash, prefix, scopes });
  return text;
}
