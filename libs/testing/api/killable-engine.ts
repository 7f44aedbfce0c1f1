/** The whole engine as a process of its own, with its embedded Postgres: made to be killed, and asked over HTTP all the same. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '#adapters/postgres/embedded/port.js';
import { serverUrl } from '#adapters/postgres/embedded/server.js';
import { installed } from '#platform/runtime/installation.js';
import { Instance } from '../chaos/instance.js';
import { temporaryFolder } from '../standalone.js';
import { until } from '../until.js';

export interface KillableEngine {
  readonly instance: Instance;
  readonly dataDir: string;
  /** `bin/afterclick.mjs`, and what its processes have in their environment. */
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
  /**
   * The body (JSON, or text where it is none). Null while nobody answers, or is told to come again: the database is away, or a process
   * died over the same request. Rejects with what any other answer says.
   */
  ask<Body>(path: string, init?: RequestInit): Promise<Body | null>;
  /** Asks until there is an answer that fits. */
  askUntil<Body>(path: string, fits: (body: Body) => boolean, init?: RequestInit): Promise<Body>;
  database<T>(work: (client: pg.Client) => Promise<T>): Promise<T>;
  /** Stops it in order and removes its data. */
  end(): Promise<void>;
}

const PATIENCE_MS = 120_000;

export async function killableEngine(settings: Readonly<Record<string, string>> = {}): Promise<KillableEngine> {
  const data = temporaryFolder();
  const program = join(installed('bin'), 'afterclick.mjs');
  const env = { AFTERCLICK_MASTER_KEY: randomBytes(32).toString('hex'), TZ: 'UTC', ...settings };
  const port = await freePort();
  const instance = new Instance({
    name: 'standalone',
    program,
    env,
    url: `http://127.0.0.1:${port}`,
    logFile: join(data.path, 'standalone.log'),
    args: ['start', '--port', String(port), '--data', data.path],
  });
  await instance.start();
  // Written last, when everything of a start is there.
  await until(() => existsSync(join(data.path, 'instance.json')), 60_000);
  const kept = (name: string) => readFileSync(join(data.path, name), 'utf8').trim();

  const ask = async <Body>(path: string, init: RequestInit = {}): Promise<Body | null> => {
    const headers = { authorization: `Bearer ${kept('api.key')}`, 'content-type': 'application/json', ...init.headers };
    const answer = await fetch(instance.url + path, { ...init, headers, signal: AbortSignal.timeout(10_000) }).catch(
      () => null,
    );
    if (answer === null || answer.status === 503 || answer.headers.has('retry-after')) return null;
    if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`);
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    const text = await answer.text().catch(() => null);
    return text === null ? null : ((isJson ? JSON.parse(text) : text) as Body);
  };
  return {
    instance,
    dataDir: data.path,
    program,
    env,
    ask,
    askUntil: async <Body>(path: string, fits: (body: Body) => boolean, init?: RequestInit) => {
      let last: Body | null = null;
      await until(async () => {
        last = await ask<Body>(path, init);
        return last !== null && fits(last);
      }, PATIENCE_MS);
      return last as Body;
    },
    database: async (work) => {
      const plan = { port: Number(kept('postgres.port')), password: kept('postgres.password') };
      const client = new pg.Client({ connectionString: serverUrl(plan, 'afterclick') });
      await client.connect();
      try {
        return await work(client);
      } finally {
        await client.end();
      }
    },
    end: async () => {
      await instance.stop();
      data.remove();
    },
  };
}
