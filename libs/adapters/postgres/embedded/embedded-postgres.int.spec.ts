import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findBinaries } from './binaries.js';
import { takeDataDir } from './data-owner.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.js';
import { DataDirTakenError } from './errors.js';
import { serverIdentity } from './identity.js';
import { processBirth, processExists } from './process-birth.js';
import { startServer } from './server.js';
import { EMBEDDED_SETTINGS } from './settings.js';

const told: string[] = [];
const log = {
  info: (line: string) => told.push(line),
  warn: (line: string) => told.push(line),
  error: (line: string) => told.push(line),
};

let home: string;
let dataDir: string;
const running: EmbeddedPostgres[] = [];
const strangers: ChildProcess[] = [];

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'afterclick-embedded-'));
  dataDir = join(home, 'data');
  mkdirSync(dataDir, { mode: 0o711 });
});

afterAll(async () => {
  for (const stranger of strangers) stranger.kill('SIGKILL');
  await Promise.all(running.map((server) => server.stop()));
  rmSync(home, { recursive: true, force: true });
});

async function start(): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log });
  running.push(server);
  return server;
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Leaves the folder as a killed owner does: its server runs on, unsupervised, and its lock names a dead process. */
async function crash(): Promise<{ url: string; pid: number }> {
  const stopped = await start();
  await stopped.stop();
  const cluster = join(dataDir, 'postgres');
  const binaries = findBinaries();
  const child = await startServer({
    binaries,
    identity: serverIdentity(binaries, cluster),
    cluster,
    port: Number(new URL(stopped.url).port),
    password: new URL(stopped.url).password,
    settings: EMBEDDED_SETTINGS,
    logFile: join(dataDir, 'postgres.log'),
    detached: true,
  });
  const dead = { pid: process.pid, birth: 'an earlier boot/1', command: 'afterclick start', since: '' };
  writeFileSync(join(dataDir, 'owner.lock'), JSON.stringify(dead));
  return { url: stopped.url, pid: child.pid ?? 0 };
}

describe('the embedded Postgres', () => {
  it('starts with durable settings on loopback, and keeps data and port from start to start', async () => {
    const first = await start();
    expect(await query(first.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
    expect(await query(first.url, 'show synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    expect(await query(first.url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    await query(first.url, 'create table kept as select 42 as answer');
    expect(statSync(join(dataDir, 'postgres.password')).mode & 0o777).toBe(0o600);
    await first.stop();
    expect(processExists(first.pid)).toBe(false);

    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await second.stop();
  });

  it('refuses a wrong password', async () => {
    const server = await start();
    const wrong = server.url.replace(/:[0-9a-f]+@/, ':wrong@');
    await expect(query(wrong, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    await server.stop();
  });

  it('stops a server that a crashed owner left alive, and keeps what it had committed', async () => {
    const crashed = await crash();
    await query(crashed.url, 'create table left_behind as select 7 as answer');
    const next = await start();
    expect(processExists(crashed.pid)).toBe(false);
    expect(await query(next.url, 'select answer from left_behind')).toEqual([{ answer: 7 }]);
    expect(told.some((line) => line.includes(`pid ${crashed.pid}`))).toBe(true);
    await next.stop();
  });

  it('passes over a pid file that names a process which is no Postgres', async () => {
    await (await start()).stop();
    writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), `${process.pid}\n${join(dataDir, 'postgres')}\n`);
    const server = await start();
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
  });

  it('starts a killed server again on the same address', async () => {
    const server = await start();
    await query(server.url, 'create table survives as select 9 as answer');
    const { pid } = server;
    process.kill(pid, 'SIGKILL');
    while (server.pid === pid || !(await query(server.url, 'select 1').catch(() => null))) await sleep(50);
    expect(await query(server.url, 'select answer from survives')).toEqual([{ answer: 9 }]);
    await server.stop();
  });
});

describe('the data folder', () => {
  it('has one owner, named to whoever comes second', () => {
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    strangers.push(stranger);
    const { pid } = stranger;
    const owner = {
      pid,
      birth: processBirth(pid ?? 0),
      command: 'afterclick start',
      since: '2026-01-01T00:00:00.000Z',
    };
    writeFileSync(join(dataDir, 'owner.lock'), JSON.stringify(owner));
    expect(() => takeDataDir(dataDir)).toThrow(DataDirTakenError);
    expect(() => takeDataDir(dataDir)).toThrow(new RegExp(`process ${pid} .*afterclick start`));
  });

  it('is taken over from an owner that died, even when its pid lives on in another process', () => {
    writeFileSync(
      join(dataDir, 'owner.lock'),
      JSON.stringify({ pid: 1, birth: 'an earlier boot/1', command: 'x', since: '' }),
    );
    const mine = takeDataDir(dataDir);
    expect(JSON.parse(readFileSync(join(dataDir, 'owner.lock'), 'utf8')).pid).toBe(process.pid);
    takeDataDir(dataDir).release();
    expect(existsSync(join(dataDir, 'owner.lock'))).toBe(true);
    mine.release();
    expect(existsSync(join(dataDir, 'owner.lock'))).toBe(false);
  });
});
