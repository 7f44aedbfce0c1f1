/** What `npm start` promises: data is kept, a data folder has one owner, a taken port is said, the pasted curl works, Ctrl-C drains. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { jest } from '@jest/globals';
import { installed } from '#platform/runtime/installation.js';
import { readInstance } from '#platform/runtime/instance-file.js';
import { afterclick, withEnvironment } from '#testing/command-line.js';
import { startQuietly, temporaryFolder } from '#testing/standalone.js';
import { until } from '#testing/until.js';
import { describeStart } from './describe-start.js';
import type { Standalone } from './standalone.js';

jest.setTimeout(120_000);

const START_MS = 60_000;
const CLEAN = { PORT: undefined, DATABASE_URL: undefined, AFTERCLICK_DATA: undefined, AFTERCLICK_WORKSPACE: undefined };
const data = temporaryFolder();

interface Started {
  readonly process: ChildProcess;
  readonly output: () => string;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** As a user's shell would: the compiled command line on the pinned Node. */
function start(...args: readonly string[]): Started {
  const node = installed('node_modules', '.bin', 'node');
  const child = spawn(existsSync(node) ? node : process.execPath, [installed('bin', 'afterclick.mjs'), ...args], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.on('exit', (code, signal) => resolve(code ?? signal)),
  );
  return { process: child, output: () => text, ended };
}

const keyIn = (output: string) => /API key +(ack_\S+)/.exec(output)?.[1] ?? '';
const urlIn = (output: string) => /Afterclick runs: (\S+)/.exec(output)?.[1] ?? '';

async function contactOf(
  url: string,
  key: string,
  email: string,
): Promise<{ readonly engagements: number } | undefined> {
  const response = await fetch(`${url}/v1/contacts?email=${email}`, { headers: { authorization: `Bearer ${key}` } });
  return ((await response.json()) as { items: { engagements: number }[] }).items[0];
}

beforeAll(() => {
  if (!existsSync(installed('dist', 'apps', 'cli', 'main.js')))
    throw new Error('these tests run the compiled command line: npm run build first');
});
afterAll(() => data.remove());

describe('in a process of its own', () => {
  let first: Started;
  let key: string;

  beforeAll(async () => {
    first = start('start', '--port', '0', '--data', data.path);
    await until(() => first.output().includes('Ctrl-C') || first.process.exitCode !== null, START_MS);
    key = keyIn(first.output());
  });
  afterAll(async () => {
    first.process.kill('SIGKILL');
    await first.ended;
  });

  it('prints where to look, and a curl that works when pasted', async () => {
    const output = first.output();
    const url = urlIn(output);
    for (const line of [/Pages +http/, /API +http/, /SQL, read only +postgres:\/\//, /Data +\//])
      expect(output).toMatch(line);
    const pasted = output.slice(output.indexOf('ts=$('), output.indexOf('Or a morning'));
    const { stdout } = await promisify(execFile)('bash', ['-c', pasted]);
    expect(JSON.parse(stdout)).toMatchObject({ engagements: 1, quarantined: 0 });
    await until(async () => (await contactOf(url, key, 'ada@example.com'))?.engagements === 1);
  });

  it('owns its data folder: a second one says who runs, and exits 2', async () => {
    const second = start('start', '--port', '0', '--data', data.path);
    expect(await second.ended).toBe(2);
    expect(second.output()).toMatch(new RegExp(`is in use by process ${first.process.pid} \\("afterclick.mjs start"`));
    expect(second.output()).toMatch(/Stop that one first/);
  });

  it('is what the command line finds: the demo ends with the hot lead', async () => {
    const demo = start('demo', '--data', data.path);
    expect(await demo.ended).toBe(0);
    expect(demo.output()).toContain('In the inbox: Hot lead: Ada looked at pricing again');
  });

  it('drains on SIGINT and ends in order', async () => {
    first.process.kill('SIGINT');
    expect(await first.ended).toBe(0);
    expect(first.output()).toMatch(/Draining[\s\S]*Stopped\. All data is kept\./);
    expect(readInstance(data.path)).toBeNull();
  });

  it('keeps all data: the next start has the same key, contacts and inbox', async () => {
    const again = start('start', '--port', '0', '--data', data.path);
    await until(() => again.output().includes('Ctrl-C') || again.process.exitCode !== null, START_MS);
    expect(keyIn(again.output())).toBe(key);
    const { engagements } = (await contactOf(urlIn(again.output()), key, 'ada@example.com')) ?? {};
    expect(engagements).toBeGreaterThan(1);
    again.process.kill('SIGTERM');
    expect(await again.ended).toBe(0);
  });
});

describe('in this process', () => {
  const running: Standalone[] = [];
  const begin = async (...args: Parameters<typeof startQuietly>): Promise<Standalone> => {
    const standalone = await startQuietly(...args);
    running.push(standalone);
    return standalone;
  };
  afterEach(() => Promise.all(running.splice(0).map((standalone) => standalone.stop())));

  it('says that a port is taken, with the cure, before anything is set up', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const untouched = temporaryFolder();
    const { code, err } = await withEnvironment(CLEAN, () =>
      afterclick('start', '--port', String(port), '--data', `${untouched.path}/data`),
    );
    expect({ code, err }).toEqual({
      code: 2,
      err: `Port ${port} on 127.0.0.1 is taken by another program. Choose another: npm start -- --port ${port + 1} (or set PORT).\n`,
    });
    expect(existsSync(`${untouched.path}/data`)).toBe(false);
    await new Promise((resolve) => taken.close(resolve));
    untouched.remove();
  });

  it('refuses a wrong setting by name', async () => {
    const { code, err } = await withEnvironment({ ...CLEAN, AFTERCLICK_WORKSPACE: 'My Company' }, () =>
      afterclick('start'),
    );
    expect({ code, err }).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^AFTERCLICK_WORKSPACE: "My Company" is not/),
    });
  });

  it('starts on a workspace of your own without a demo in it, with a key of that one; the demo’s stays', async () => {
    const own = await begin(data.path, { workspace: 'acme' });
    expect(describeStart(own.where)).not.toContain('paste it');
    expect(await contactOf(own.where.url, own.where.apiKey, 'ada@example.com')).toBeUndefined();
    expect((await afterclick('demo', '--data', data.path)).err).toContain('The workspace acme has no demo in it');
    expect((await afterclick('contacts', 'list', '--data', data.path)).out).toBe('None.\n');
    expect((await afterclick('contacts', 'list', '--data', data.path, '--workspace', 'demo')).out).toContain('ada@');
    await own.stop();
    const demo = await begin(data.path);
    expect((await contactOf(demo.where.url, demo.where.apiKey, 'ada@example.com'))?.engagements).toBeGreaterThan(1);
    expect(demo.where.hmacSource).not.toBeNull();
    await demo.stop();
  });

  it('makes another local key where the kept one was revoked', async () => {
    const before = await begin(data.path);
    expect((await afterclick('keys', 'revoke', before.where.apiKey.slice(0, 10), '--data', data.path)).code).toBe(0);
    expect((await afterclick('keys', 'list', '--data', data.path)).err).toMatch(
      /a start makes another in place of one/,
    );
    await before.stop();
    const after = await begin(data.path);
    expect(after.where.apiKey).not.toBe(before.where.apiKey);
    expect((await afterclick('keys', 'list', '--data', data.path)).out).toMatch(/local .* revoked/);
    await after.stop();
  });

  it('runs the demo by itself where nothing runs', async () => {
    const { code, out } = await withEnvironment(CLEAN, () => afterclick('demo', '--data', data.path));
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringMatching(/^In the inbox: Hot lead/) });
    expect(out).toContain('Start Afterclick to look around: npm start');
  });

  it('answers database commands where nothing runs', async () => {
    const listed = await withEnvironment(CLEAN, () => afterclick('workspaces', 'list', '--data', data.path));
    expect(listed.out).toMatch(/acme[\s\S]*demo|demo[\s\S]*acme/);
    const verified = await withEnvironment(CLEAN, () => afterclick('replay', '--verify', '--data', data.path));
    expect(verified.code).toBe(0);
    const foreign = { ...CLEAN, AFTERCLICK_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };
    const refused = await withEnvironment(foreign, () => afterclick('workspaces', 'list', '--data', data.path));
    expect({ code: refused.code, err: refused.err }).toMatchObject({
      code: 1,
      err: expect.stringContaining('the master key is not the one this database was sealed under'),
    });
  });
});
