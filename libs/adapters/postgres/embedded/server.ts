import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { PostgresBinaries } from './binaries.js';
import { SUPERUSER } from './cluster.js';
import { EmbeddedPostgresError } from './errors.js';
import { commandAs, type ServerIdentity } from './identity.js';
import { COMMON_SETTINGS, type ServerSettings, settingArguments } from './settings.js';

export interface ServerPlan {
  readonly binaries: PostgresBinaries;
  readonly identity: ServerIdentity;
  readonly cluster: string;
  readonly port: number;
  readonly password: string;
  readonly settings: ServerSettings;
  /** The server's own log; it outlives us, so it must not be a pipe to us. */
  readonly logFile: string;
  /** Out of reach of our terminal's Ctrl-C, so that we can drain before it stops. */
  readonly detached: boolean;
}

const LOG_LIMIT_BYTES = 10_000_000;
/** Replaying the WAL of a crash can take minutes. */
const READY_MS = 300_000;

/** The address of one of its databases. */
export function serverUrl({ port, password }: Pick<ServerPlan, 'port' | 'password'>, database: string): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
}

/** Starts the server and resolves once it answers queries. Throws with the end of its log when it does not start. */
export async function startServer(plan: ServerPlan): Promise<ChildProcess> {
  if (existsSync(plan.logFile) && statSync(plan.logFile).size > LOG_LIMIT_BYTES) {
    renameSync(plan.logFile, `${plan.logFile}.1`);
  }
  const { file, args, options } = commandAs(plan.identity, plan.binaries.postgres, [
    '-D',
    plan.cluster,
    ...settingArguments(COMMON_SETTINGS, { port: String(plan.port) }, plan.settings),
  ]);
  const out = openSync(plan.logFile, 'a', 0o600);
  const child = spawn(file, args, { ...options, stdio: ['ignore', out, out], detached: plan.detached });
  closeSync(out);
  let failure: Error | null = null;
  child.once('error', (error) => {
    failure = error;
  });
  const end = Date.now() + READY_MS;
  while (!(await answers(plan))) {
    if (failure !== null) throw failure;
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new EmbeddedPostgresError(`Postgres did not start; ${plan.logFile} ends with: ${lastLines(plan.logFile)}`);
    }
    if (Date.now() > end)
      throw new EmbeddedPostgresError(`Postgres is not ready after 5 minutes: see ${plan.logFile}.`);
    await sleep(25);
  }
  return child;
}

/** Not yet: nobody listens (ECONNREFUSED), or it is still recovering (57P03). Everything else is a real answer. */
async function answers(plan: ServerPlan): Promise<boolean> {
  const client = new pg.Client({ connectionString: serverUrl(plan, 'postgres'), connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    if (['ECONNREFUSED', 'ECONNRESET', '57P03'].includes(code ?? '') || /terminated|timeout/.test(message))
      return false;
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-4).join(' · ');
}
