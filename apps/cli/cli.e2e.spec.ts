/** Every command as a user gives it, against a real standalone that all of them share. Runs in order: a morning of work. */
import { createHmac, randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { createPool } from '#adapters/postgres/pool.js';
import { runCommandLine } from '#apps/cli/command-line.js';
import type { Standalone } from '#apps/standalone/standalone.js';
import { afterclick, Collected, type Ran, withEnvironment } from '#testing/command-line.js';
import { startQuietly, temporaryFolder } from '#testing/standalone.js';
import { until } from '#testing/until.js';

jest.setTimeout(60_000);

const PUBLIC = 'https://hooks.example.com';
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
const NOBODY = '0197a3c2-5d6e-8f10-9a3b-4c5d6e7f8091';
const WEBHOOK_RULE = `rule: tell
description: Everybody hears of everything.
on: clicked
then:
  - notify: { to: owner, title: Somebody clicked, body: Look. }
`;

const data = temporaryFolder();
const clean = Object.keys(process.env).filter((name) => /^AFTERCLICK_|^PORT$|^DATABASE_URL$/.test(name));
let standalone: Standalone;
let url: string;

/** Runs a command on the data folder; it must do what it says. */
async function done(...args: readonly string[]): Promise<Ran> {
  const ran = await run(...args);
  expect({ args, code: ran.code, err: ran.code === 0 ? '' : ran.err }).toEqual({ args, code: 0, err: '' });
  for (const line of ran.out.split('\n')) if (isTable(ran.out)) expect([...line].length).toBeLessThanOrEqual(100);
  return ran;
}
const run = (...args: readonly string[]) => afterclick(...args, '--data', data.path);
const isTable = (out: string) => /^[A-Z]+ {2}/.test(out);

async function json<T>(...args: readonly string[]): Promise<T> {
  return JSON.parse((await done(...args, '--json')).out) as T;
}

async function failed(code: 1 | 2, ...args: readonly string[]): Promise<string> {
  const ran = await run(...args);
  expect({ args, code: ran.code }).toEqual({ args, code });
  expect(ran.err).not.toMatch(/\n {4}at /);
  return ran.err;
}

/** Posts a body signed with a source's secret, as its page says. */
function post(path: string, secret: string, body: unknown): Promise<Response> {
  const text = JSON.stringify(body);
  const signature = createHmac('sha256', secret).update(text).digest('hex');
  return fetch(`${url}/ingest/${path}`, {
    method: 'POST',
    body: text,
    headers: { 'content-type': 'application/json', 'x-webhook-signature': signature },
  });
}

interface Made {
  readonly id: string;
  readonly url: string;
  readonly keys: readonly string[];
}
const pathOf = (source: Made) => new URL(source.url).pathname.replace('/ingest/', '');
const send = (source: Made, body: unknown) => post(pathOf(source), source.keys[0] ?? '', body);

beforeAll(async () => {
  for (const name of clean) delete process.env[name];
  standalone = await startQuietly(data.path, { publicUrl: PUBLIC, confirmAbove: 30 });
  url = standalone.where.url;
});

afterAll(async () => {
  await standalone?.stop();
  data.remove();
});

describe('the demo', () => {
  it('ends with the hot lead, also when it is run again', async () => {
    const first = await done('demo');
    expect(first.out).toMatch(/^In the inbox: Hot lead: Ada looked at pricing again\n/);
    expect(first.out).toContain(`${url}/pages/inbox`);
    expect(first.err).toContain('Sent 46 events of 14 people');
    expect((await done('demo')).out).toContain('Hot lead: Ada');
  });

  it('is healthy', async () => {
    expect((await done('health')).out).toMatch(/is ready\.\n {2}ok {4}database/);
    expect(await json('health')).toMatchObject({ status: 'ready' });
  });
});

describe('afterclick contacts', () => {
  it('lists them, filtered, up to a limit', async () => {
    const all = await done('contacts', 'list');
    expect(all.out).toContain('ada@example.com');
    expect(all.out.trim().split('\n')).toHaveLength(15);
    const two = await done('contacts', 'list', '--limit', '2');
    expect(two.out.trim().split('\n')).toHaveLength(3);
    expect(two.err).toContain('There are more than these 2: raise --limit.');
    const suppressed = await json<{ email: string }[]>('contacts', 'list', '--suppressed');
    expect(suppressed.map(({ email }) => email).sort()).toEqual(
      ['ines', 'kira', 'liam'].map((name) => `${name}@example.com`),
    );
    expect(await json<unknown[]>('contacts', 'list', '--no-suppressed', '--min-score', '1')).toHaveLength(7);
    expect((await done('contacts', 'list', '--email-prefix', 'zzz')).out).toBe('None.\n');
    expect(await failed(2, 'contacts', 'list', '--updated-since', 'yesterday')).toContain('query.updated_since');
  });

  it('shows one by its address however it is written, or its id, with the tail of its timeline', async () => {
    const { out } = await done('contacts', 'show', 'ADA@Example.com');
    expect(out).toMatch(/^ada@example.com\n/);
    expect(out).toMatch(/tags +pricing-interest, re-engaged/);
    expect(out).toMatch(/first_name +Ada/);
    expect(out).toMatch(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d {2}rule fired +hot-lead 1/);
    const effect = /afterclick why (\S+)/.exec(out)?.[1];
    expect(effect).toMatch(ID);
    const { contact, timeline } = await json<{ contact: { id: string }; timeline: unknown[] }>(
      ...['contacts', 'show', 'ada@example.com', '--events', '3'],
    );
    expect(timeline).toHaveLength(3);
    expect((await done('contacts', 'show', contact.id, '--events', '0')).out).not.toContain('OCCURRED');
  });

  it('says who is not there, and what is no contact', async () => {
    expect(await failed(1, 'contacts', 'show', 'nobody@example.com')).toContain('no contact with the address');
    expect(await failed(1, 'contacts', 'show', NOBODY)).toContain('no contact with this id');
    expect(await failed(2, 'contacts', 'show', 'ada')).toContain('neither the id of a contact nor an address');
  });
});

describe('afterclick why', () => {
  it('tells the chain from the raw request to the outcome', async () => {
    const [lead] = (await json<{ effectId: string; title: string }[]>('notifications', 'list')).filter(({ title }) =>
      title.startsWith('Hot lead'),
    );
    const { out } = await done('why', lead?.effectId ?? '');
    const steps = out.split('\n').map((line) => /^ *(request|engagement|rule|effect|outcome) /.exec(line)?.[1]);
    expect(steps.filter(Boolean)).toEqual(['request', 'engagement', 'rule', 'effect', 'outcome']);
    expect(out).toMatch(/ {6,}saw contact.suppressed = false/);
    expect(out).toMatch(/inbox delivered/);
    expect(await json('why', lead?.effectId ?? '')).toMatchObject({ decision: { rule: 'hot-lead', version: 1 } });
  });

  it('says what is no effect', async () => {
    expect(await failed(2, 'why', 'hot-lead')).toContain('is no id of an effect');
    expect(await failed(1, 'why', NOBODY)).toContain('no effect with this id');
  });
});

describe('afterclick notifications and suppressions', () => {
  it('takes and finishes what is in the inbox; another one is told', async () => {
    const list = await done('notifications', 'list', '--state', 'open');
    const id = ID.exec(list.out)?.[0] ?? '';
    expect((await done('notifications', 'take', id, '--by', 'sam')).out).toMatch(/^".+" is taken by sam\.\n$/);
    expect(await failed(1, 'notifications', 'take', id, '--by', 'eve')).toContain('Somebody else has taken');
    expect((await done('notifications', 'list', '--state', 'taken')).out).toContain(id);
    expect((await done('notifications', 'done', id, '--by', 'sam')).out).toContain('is done by sam.');
    expect(await failed(1, 'notifications', 'done', NOBODY)).toContain('no notification with this id');
    expect(await failed(2, 'notifications', 'take', 'first')).toContain('is no id of a notification');
  });

  it('lists who may not be written to', async () => {
    const { out } = await done('suppressions', 'list');
    expect(out).toMatch(/ines@example.com +all +hard_bounce/);
    expect(await json<unknown[]>('suppressions', 'list', '--reason', 'complaint')).toHaveLength(1);
    expect(await json<unknown[]>('suppressions', 'list', '--all', '--scope', 'all')).toHaveLength(3);
  });
});

describe('afterclick sources, deliveries, quarantine', () => {
  let website: Made;

  it('creates one that works with the secret it printed', async () => {
    const { out } = await done('sources', 'create', 'shop', '--provider', 'generic-hmac');
    const secret = /secret +(\S+) +\(shown this once\)/.exec(out)?.[1] ?? '';
    const path = new RegExp(`URL +${PUBLIC}/ingest/(\\S+)`).exec(out)?.[1] ?? '';
    expect(out).toMatch(/At the sender:\n {2}1\. Have the sender POST to/);
    expect(out).not.toContain('Only this machine reaches');
    await until(async () => (await post(path, secret, [])).status === 200);
    expect((await post(path, 'wrong', [])).status).toBe(401);
    website = await json<Made>(
      'sources',
      'create',
      'blog',
      '--provider',
      'generic-hmac',
      '--set',
      'header=x-webhook-signature',
    );
    expect(await failed(1, 'sources', 'create', 'shop', '--provider', 'generic-hmac')).toContain('called shop already');
  });

  it('says what a provider’s own key is needed for, and takes it', async () => {
    const made = await done('sources', 'create', 'mail', '--provider', 'mailgun');
    expect(made.out).toContain('afterclick sources rotate mail --key KEY');
    expect(made.out).toContain(`${PUBLIC}/ingest/`);
    expect((await done('sources', 'list')).out).toMatch(/mail +mailgun +no key yet/);
    expect(await failed(2, 'sources', 'rotate', 'mail')).toContain('issued by its provider');
    const file = join(data.path, 'key.txt');
    writeFileSync(file, 'key-of-mailgun\n');
    expect((await done('sources', 'rotate', 'mail', '--key-file', file)).out).not.toContain('key-of-mailgun');
    expect((await done('sources', 'show', 'mail')).out).not.toContain('It refuses everything');
  });

  it('verifies what a provider signs over its public URL', async () => {
    const made = await json<Made>('sources', 'create', 'hub', '--provider', 'hubspot', '--key', 'client-secret');
    const body = '[]';
    const at = String(Date.now());
    const signature = createHmac('sha256', 'client-secret').update(`POST${made.url}${body}${at}`).digest('base64');
    const headers = { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': at };
    await until(async () => {
      const answer = await fetch(`${url}/ingest/${pathOf(made)}`, { method: 'POST', body, headers });
      return answer.status === 200;
    });
  });

  it('pauses, resumes, rotates and deletes one', async () => {
    const first = website.keys[0] ?? '';
    await done('sources', 'pause', 'blog');
    await until(async () => (await send(website, [])).status === 503);
    await done('sources', 'resume', website.id);
    await until(async () => (await send(website, [])).status === 200);
    const { keys } = await json<Made>('sources', 'rotate', 'blog', '--overlap-hours', '0');
    await until(async () => (await post(pathOf(website), first, [])).status === 401);
    website = { ...website, keys };
    expect((await send(website, [])).status).toBe(200);
    await done('sources', 'set', 'shop', '--allow', '203.0.113.0/24', '--rate', '5', '--set', 'prefix=v0=');
    expect((await done('sources', 'show', 'shop')).out).toContain('203.0.113.0/24');
    await done('sources', 'set', 'shop', '--clear', 'addresses', '--clear', 'prefix');
    expect((await done('sources', 'show', 'shop')).out).not.toMatch(/203\.0\.113|v0=/);
    expect(await failed(2, 'sources', 'set', 'shop', '--allow', 'mist')).toContain('"mist" is no address');
    expect(await failed(2, 'sources', 'set', 'shop')).toContain('nothing to change');
    await done('sources', 'delete', 'shop');
    expect(await failed(1, 'sources', 'show', 'shop')).toMatch(/no source called shop. There are: .*blog/);
  });

  it('shows deliveries as they came, and what of them was not understood', async () => {
    const ghost = [{ email: 'x@example.com' }, { type: 'opened', email: 'y@example.com', id: randomUUID() }];
    expect(await (await send(website, ghost)).json()).toMatchObject({ engagements: 1, quarantined: 1 });
    await until(async () => (await json<unknown[]>('quarantine', 'list')).length === 1);
    const { out } = await done('quarantine', 'list', '--source', 'blog');
    const part = await done('quarantine', 'show', ID.exec(out)?.[0] ?? '');
    expect(part.out).toContain('x@example.com');
    const id = ID.exec(out)?.[0] ?? '';
    expect(await failed(1, 'quarantine', 'redrive', id)).toContain('1 of 1 are still not understood');
    expect(await failed(2, 'quarantine', 'redrive', id, '--all')).toContain('or give --all');
    expect((await done('deliveries', 'renormalise', '--source', 'blog', '--since', '1h')).out).toMatch(
      /requests of blog were read again: \d+ eng/,
    );
    expect((await done('quarantine', 'discard', '--all', '--source', 'blog')).out).toContain('1 discarded');
    expect((await done('quarantine', 'redrive', '--all')).out).toContain('Nothing waits');
    const [delivery] = await json<{ id: string; unreadable: number }[]>('deliveries', 'list', '--source', 'blog');
    expect(delivery?.unreadable).toBe(1);
    expect((await done('deliveries', 'list', '--limit', '1')).out).toContain(delivery?.id);
    const tailed = new Collected();
    const tail = runCommandLine(['sources', 'tail', 'blog', '--data', data.path], {
      out: tailed,
      err: new Collected(),
    });
    await until(() => tailed.text.includes(delivery?.id ?? 'no id'));
    expect(tailed.text).toMatch(/accepted +1 event, 1 not understood/);
    const later = (await (await send(website, [])).json()) as { readonly id?: string };
    await until(() => tailed.text.trim().split('\n').length > 1 && tailed.text.includes(later.id ?? ''));
    process.emit('SIGINT');
    expect(await tail).toBe(0);
    expect((await done('deliveries', 'show', delivery?.id ?? '')).out).toMatch(/y@example.com/);
    expect(await failed(1, 'deliveries', 'show', NOBODY)).toContain('There is no such delivery');
    expect(await failed(1, 'deliveries', 'list', '--source', 'shop')).toContain('There is no source called shop');
  });
});

describe('afterclick keys', () => {
  it('creates keys that do what their scopes say, here and from elsewhere', async () => {
    const { key } = await json<{ key: string }>('keys', 'create', 'reader', '--scope', 'read:contacts');
    await withEnvironment({ AFTERCLICK_URL: url, AFTERCLICK_API_KEY: key }, async () => {
      expect((await afterclick('contacts', 'list')).code).toBe(0);
      const refused = await afterclick('rules', 'list');
      expect(refused.code).toBe(1);
      expect(refused.err).toContain('needs the scope read:rules');
    });
    const rotated = await done('keys', 'rotate', 'reader', '--overlap-hours', '1');
    expect(rotated.out).toContain('The old key works for another 1 h.');
    expect((await done('keys', 'list')).out).toMatch(/reader .* until \d{4}-/);
    const [old] = (await json<{ id: string; name: string; expiresAt: string | null }[]>('keys', 'list')).filter(
      ({ name, expiresAt }) => name === 'reader' && expiresAt !== null,
    );
    await done('keys', 'revoke', old?.id ?? '');
    await withEnvironment({ AFTERCLICK_URL: url, AFTERCLICK_API_KEY: key }, async () => {
      const refused = await afterclick('contacts', 'list');
      expect(refused.code).toBe(1);
      expect(refused.err).toMatch(/unknown, expired or revoked.*\nThe key is the one of AFTERCLICK_API_KEY/);
    });
    expect(await failed(1, 'keys', 'revoke', 'ghost')).toContain('no key ghost in force');
  });
});

describe('afterclick rules', () => {
  const dir = join(data.path, 'rules');
  const rule = (score: number) => `rule: greet\ndescription: d\non: opened\nthen:\n  - add_score: ${score}\n`;

  it('publishes versions, rolls back, retires; a bad folder changes nothing', async () => {
    mkdirSync(dir);
    writeFileSync(join(dir, 'greet.yaml'), rule(1));
    const first = await done('rules', 'publish', dir, '--note', 'why not', '--author', 'kim');
    expect(first.out).toMatch(/greet: new → 1\nPublication 2, in force on 8 of 8 partitions\./);
    expect((await done('rules', 'publish', dir)).out).toMatch(/^Nothing changed/);
    writeFileSync(join(dir, 'greet.yaml'), rule(2));
    const differs = await run('rules', 'diff', dir);
    expect(differs.code).toBe(1);
    expect(differs.err).toMatch(/Live is not what the files say: .*greet/);
    expect(differs.out).toContain('greet: differs from version 1\n  action add_score: 1 → 2\n');
    expect(differs.out).toMatch(/hot-lead: version 1 is live, and no file has it/);
    expect((await done('rules', 'publish', dir)).out).toContain('greet: 1 → 2');
    const whole = join(data.path, 'whole-rules');
    cpSync('library/demo', whole, { recursive: true });
    writeFileSync(join(whole, 'rules', 'greet.yaml'), rule(2));
    expect(await run('rules', 'diff', whole)).toMatchObject({ code: 0, err: '', out: 'Live is what the files say.\n' });
    expect(await json('rules', 'diff', whole)).toEqual({ same: true, problems: [], changes: [] });
    expect((await done('rules', 'rollback', 'greet', '--to', '1')).out).toContain('greet: 2 → 1');
    expect(await failed(1, 'rules', 'diff', whole)).toMatch(/Live is not what the files say: greet\./);
    expect(await failed(1, 'rules', 'rollback', 'greet', '--to', '9')).toContain('no version 9');
    expect((await done('rules', 'list')).out).toMatch(/greet +1 +opened/);
    const checked = await done('rules', 'check', dir, '--live');
    expect(checked.out).toMatch(/^greet would .* contacts.*\n1 rule is good: greet\.$/m);
    expect(await json('rules', 'check', dir, '--live')).toMatchObject({ ok: true, reach: [{ rule: 'greet' }] });
    const { items } = await json<{ items: { name: string; versions: { author: string; note: string }[] }[] }>(
      ...['rules', 'list'],
    );
    const versions = items.find(({ name }) => name === 'greet')?.versions;
    expect(versions?.at(-1)).toMatchObject({ author: 'kim', note: 'why not' });
    expect((await done('rules', 'retire', 'greet')).out).toContain('greet: 1 → retired');
    expect((await done('rules', 'list')).out).toMatch(/greet +retired/);
    writeFileSync(join(dir, 'greet.yaml'), rule(3).replace('on: opened', 'on: openend'));
    const refused = await run('rules', 'publish', dir);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('Nothing was published') });
    expect(refused.out).toMatch(/greet\.yaml:3:\d+: .*openend.*; /);
  });
});

describe('afterclick rules publish of what would act on everybody', () => {
  const dir = join(data.path, 'loud-rules');

  it('is refused with the number, and goes on with --yes', async () => {
    const source = await json<Made>('sources', 'create', 'loud', '--provider', 'generic-hmac');
    const people = Array.from({ length: 40 }, (_, nth) => `loud${nth}@example.com`);
    for (const email of people) {
      const type = { event: 'custom.loud', email, id: randomUUID() };
      expect((await send(source, type)).status).toBeLessThan(300);
    }
    const { pool } = standalone.runtime;
    const known = async () =>
      (await pool.query("select from read.contact where email like 'loud%' and engagements > 0")).rowCount ===
      people.length;
    await until(known);
    mkdirSync(dir);
    const rule = 'rule: loud\non: custom.loud\nthen:\n  - notify: { to: owner, title: Hello }\n';
    writeFileSync(join(dir, 'loud.yaml'), rule);
    const said = await failed(1, 'rules', 'publish', dir);
    expect(said).toMatch(/Confirm first: Nothing was published.*--yes/);
    expect(said).toMatch(/rules\/loud\.yaml: would act on 40 of \d+ contacts within a day/);
    expect((await done('rules', 'list')).out).not.toMatch(/loud/);
    expect((await done('rules', 'publish', dir, '--yes')).out).toContain('loud: new → 1');
    await done('rules', 'retire', 'loud');
  });
});

describe('afterclick segments', () => {
  const dir = join(data.path, 'segmented');

  it('are published with the rules, listed and shown, and stay while a rule asks for them', async () => {
    mkdirSync(join(dir, 'rules'), { recursive: true });
    mkdirSync(join(dir, 'segments'));
    const rule = 'rule: hail\non: { segment_entered: readers }\nthen:\n  - add_tag: reader\n';
    const segment = `segment: readers\ndescription: Reads.\nif: 'count("opened", "30d") >= 9'\n`;
    writeFileSync(join(dir, 'rules', 'hail.yaml'), rule);
    writeFileSync(join(dir, 'segments', 'readers.yaml'), segment);
    await done('rules', 'publish', dir, '--author', 'kim');
    expect((await done('segments', 'list')).out).toMatch(/^readers +1 +count\("opened", "30d"\) >= 9 +Reads\.$/m);
    const shown = (await done('segments', 'show', 'readers')).out;
    expect(shown).toMatch(/^readers\n +version +1\n +description +Reads\.\n +if +count/);
    expect(shown).toMatch(/^1 +kim +.*\n\nPublication \d+, in force on 8 of 8 partitions\./m);
    expect(await json('segments', 'show', 'readers')).toMatchObject({ name: 'readers', version: 1, yaml: segment });
    expect(await failed(1, 'segments', 'show', 'raeders')).toContain('did you mean readers?');
    expect(await failed(1, 'rules', 'retire', 'segment:readers')).toContain('rule hail asks for segment readers');
    await done('rules', 'retire', 'hail');
    expect((await done('rules', 'retire', 'segment:readers')).out).toContain('segment:readers: 1 → retired');
    expect((await done('segments', 'list')).out).toMatch(/^readers +retired/m);
  });
});

describe('another workspace', () => {
  let source: Made;
  let receiver: Server;
  let status = 410;

  beforeAll(async () => {
    receiver = createServer((_, response) => {
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => receiver.close(resolve)));

  const acme = ['--workspace', 'acme'];

  it('is made empty, with a key and everything to itself', async () => {
    const made = await done('workspaces', 'create', 'acme');
    expect(made.out).toMatch(/API key +ack_/);
    expect(await failed(1, 'workspaces', 'create', 'acme')).toContain('called acme already');
    expect((await done('workspaces', 'list')).out).toMatch(/acme +[0-9a-f]{8}-/);
    expect((await done('contacts', 'list', ...acme)).out).toBe('None.\n');
    expect(await failed(1, 'contacts', 'list', '--workspace', 'nope')).toMatch(/There are: demo, acme\. Make it with/);
    source = await json<Made>('sources', 'create', 'app', '--provider', 'generic-hmac', ...acme);
    await until(async () => (await send(source, [])).status === 200);
    await withEnvironment({ AFTERCLICK_WORKSPACE: 'acme' }, async () => {
      expect((await json<unknown[]>('sources', 'list')).length).toBe(1);
    });
  });

  it('posts its effects to its webhook; what is refused for good is a dead letter, shown, replayed, discarded', async () => {
    const { port } = receiver.address() as AddressInfo;
    const set = await done('webhook', 'set', `http://127.0.0.1:${port}/hook`, ...acme);
    expect(set.out).toMatch(/secret +whsec_\S+ +\(shown this once\)/);
    expect((await done('webhook', 'show', ...acme)).out).toMatch(/active/);
    const dir = join(data.path, 'acme-rules');
    mkdirSync(dir);
    writeFileSync(join(dir, 'tell.yaml'), WEBHOOK_RULE);
    await done('rules', 'publish', dir, ...acme);
    await send(source, { type: 'clicked', email: 'ada@example.com', id: randomUUID(), url: 'https://example.com' });
    await until(async () => (await json<unknown[]>('dead-letters', 'list', ...acme)).length === 1, 30_000);
    const { out } = await done('dead-letters', 'list', ...acme);
    expect(out).toMatch(/notify +webhook +http_410/);
    const effect = ID.exec(out)?.[0] ?? '';
    const shown = await done('dead-letters', 'show', effect, ...acme);
    expect(shown.out).toMatch(/title +Somebody clicked/);
    expect((await done('dead-letters', 'show', effect, 'webhook', ...acme)).out).toBe(shown.out);
    expect(await failed(1, 'dead-letters', 'show', effect, 'inbox', ...acme)).toContain('no dead letter');
    expect(await failed(1, 'dead-letters', 'discard', NOBODY, ...acme)).toContain('no dead letter of the effect');
    status = 410;
    expect((await done('dead-letters', 'replay', effect, ...acme)).out).toBe('Queued again.\n');
    await until(async () => (await json<unknown[]>('dead-letters', 'list', ...acme)).length === 1, 30_000);
    expect((await done('dead-letters', 'discard', effect, ...acme)).out).toBe('Discarded.\n');
    expect((await done('dead-letters', 'list', ...acme)).out).toBe('None.\n');
    expect(await json('dead-letters', 'replay', '--all', ...acme)).toEqual({ replayed: [] });
    expect(await failed(2, 'dead-letters', 'replay', ...acme)).toContain('--all');
    await done('webhook', 'pause', ...acme);
    await done('webhook', 'resume', ...acme);
    await done('webhook', 'remove', ...acme);
    expect(await failed(1, 'webhook', 'pause', ...acme)).toContain('no outgoing webhook');
  });

  it('parks what cannot be decided with what comes behind it; discarded, the rest is decided', async () => {
    const [contact] = await json<{ id: string }[]>('contacts', 'list', ...acme);
    const { id = '' } = contact ?? {};
    const { log, topics, pool } = standalone.runtime;
    const { rows } = await pool.query<{ id: string }>("select id from registry.workspace where name = 'acme'");
    const poison = { topic: topics.engagements, key: id, workspaceId: rows[0]?.id ?? '', id: randomUUID() };
    await log.append([{ ...poison, type: 'engagement', v: 1, at: Date.now(), data: {}, sealed: Buffer.alloc(40) }]);
    await until(async () => (await json<unknown[]>('parked', 'list', ...acme)).length === 1, 30_000);
    await send(source, { type: 'opened', email: 'ada@example.com', id: randomUUID() });
    await until(async () => (await json<unknown[]>('parked', 'list', ...acme)).length === 2, 30_000);
    expect((await done('parked', 'list', ...acme)).out).toMatch(/engagement +behind/);
    expect((await done('parked', 'show', id, ...acme)).out).toMatch(
      /could not be decided[\s\S]*waits behind the one above/,
    );
    expect(await failed(1, 'parked', 'replay', id, ...acme)).toContain('2 of its inputs are parked still');
    expect((await done('parked', 'discard', id, ...acme)).out).toBe('Nothing of this contact is parked any more.\n');
    await until(async () => (await done('contacts', 'show', id, ...acme)).out.includes('opened'));
    expect(await failed(1, 'parked', 'show', id, ...acme)).toContain('Nothing is parked of this contact');
    expect(await failed(1, 'parked', 'replay', id, ...acme)).toContain('Nothing is parked of this contact');
    expect(await failed(2, 'parked', 'show', 'ada@example.com', ...acme)).toContain('is no id of a contact');
  });
});

describe('afterclick replay', () => {
  it('gives the same to the byte, finds what was changed by hand, and puts it right', async () => {
    const same = await done('replay', '--verify', '--all');
    expect(same.out).toMatch(/^demo: \d+ contacts, \d+ events replayed beside\.\n/);
    expect(same.out.match(/the same to the byte/g)).toHaveLength(4);
    const pool = createPool(standalone.runtime.databaseUrl, { role: 'test' });
    await pool.query("update read.contact set score = score + 1 where email = 'ada@example.com' and score > 0");
    await pool.end();
    const differs = await run('replay', '--verify');
    expect(differs).toMatchObject({ code: 1, err: expect.stringContaining('To put them right: afterclick replay') });
    expect(differs.out).toMatch(/changed in contact: contact_id \S+, column score/);
    expect((await done('replay')).out).toContain('1 row differed, put right');
    expect((await done('replay', '--verify', '--json')).out).toContain('"differenceCount": 0');
  });
});

describe('afterclick rebuild', () => {
  it('builds beside the live rows, says where they differ, and switches', async () => {
    const pool = createPool(standalone.runtime.databaseUrl, { role: 'test' });
    await pool.query("update read.contact set score = score + 1 where email = 'ada@example.com' and score > 0");
    await pool.end();
    const differs = await run('rebuild', 'contact', '--compare-only');
    expect(differs).toMatchObject({
      code: 1,
      err: expect.stringContaining('To put them right: afterclick rebuild contact'),
    });
    expect(differs.out).toMatch(
      /1 row differs\n {4}changed in contact: contact_id \S+, column score\n {2}nothing was changed/,
    );
    expect((await done('rebuild', 'contact')).out).toContain('the new rows are the live ones now');
    expect((await done('rebuild', 'all', '--compare-only', '--json')).out).toContain('"differenceCount": 0');
    expect(await failed(2, 'rebuild', 'contacts')).toContain('There is no read model "contacts"');
  });
});

describe('afterclick normalize', () => {
  it('shows what the engine makes of a request', async () => {
    const file = join(data.path, 'body.json');
    writeFileSync(file, JSON.stringify([{ type: 'opened', email: 'ada@example.com', id: '1' }]));
    const { code, out } = await afterclick('normalize', '--provider', 'generic-hmac', file);
    expect(code).toBe(0);
    expect(out).toMatch(/^accept, not signed\n[\s\S]*opened +ada@example.com/);
    expect((await afterclick('normalize', '--provider', 'generic-hmac', '--json', file)).out).toContain('"opened"');
  });
});
