/** Two workspaces with the same addresses, on one database and in one process: neither sees anything of the other (engine.md 4.15). */
import { createHmac } from 'node:crypto';
import pg from 'pg';
import { createReadRole, readRoleOf } from '#adapters/postgres/read-models/read-role.js';
import { oneOfEverything } from '#testing/api/one-of-everything.js';
import { type Ask, event, type RunningEngine, runningEngine } from '#testing/api/running-engine.js';
import { until } from '#testing/until.js';

interface Items<Item> {
  readonly items: readonly Item[];
}
interface Contact {
  readonly id: string;
  readonly email: string;
  readonly engagements: number;
  readonly tags: readonly string[];
  readonly suppressed: boolean;
}
interface Source {
  readonly id: string;
  readonly url: string;
  readonly keys: readonly string[];
}

const RULES = {
  'rules/greet.yaml':
    'rule: greet\ndescription: Of the second workspace alone.\non: clicked\nthen:\n  - add_tag: greeted\n  - notify: { to: owner, title: "Greet {{ contact.email }}" }\n',
};

let engine: RunningEngine;
/** What there is in the first workspace, by name. */
let ids: Readonly<Record<string, string>>;
let key: string;
let workspaceId: string;
let source: Source;

const second = <Body = Record<string, unknown>>(path: string, ask: Ask = {}) => engine.ask<Body>(path, { ...ask, key });
const contacts = async (of: string, query: string) =>
  (await engine.ask<Items<Contact>>(`/v1/contacts?${query}`, { key: of })).body.items;

/** Posts to the second workspace's source, signed with its key or with another. */
async function website(sent: object, signedWith = source.keys[0] ?? ''): Promise<number> {
  const body = JSON.stringify(sent);
  const signature = createHmac('sha256', signedWith).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-signature': signature };
  return (await second(new URL(source.url).pathname, { method: 'POST', body, headers })).status;
}

beforeAll(async () => {
  engine = await runningEngine();
  ids = await oneOfEverything(engine);
  key = await engine.keyWith(['admin'], 'second');
  const found = await engine.runtime.pool.query(`select id from registry.workspace where name = 'second'`);
  workspaceId = found.rows[0].id;
  const settings = { algorithm: 'sha256', header: 'x-signature', encoding: 'hex', signedContent: '{body}' };
  const wish = { name: 'website', provider: 'generic-hmac', settings };
  source = (await second<Source>('/v1/sources', { method: 'POST', body: wish })).body;
  await until(inForce);
  await until200(() => website({ type: 'delivered', id: 'first', email: 'ines@example.com' }));
  await website({
    type: 'clicked',
    id: 'one',
    email: 'Ada@Example.com',
    actor: 'human',
    url: 'https://example.com/pricing',
  });
}, 120_000);
afterAll(() => engine?.stop());

/** Publishes, and tells whether it is in force everywhere. */
async function inForce(): Promise<boolean> {
  const asked = { method: 'POST', body: { files: RULES } };
  const { body } = await second<{ inForce: number; of: number }>('/v1/rules/publish', asked);
  return body.inForce === body.of;
}

/** A new source is known to ingest once its copy is read again. */
async function until200(post: () => Promise<number>): Promise<void> {
  await until(async () => (await post()) === 200, 65_000);
}

async function secondsContact(email: string, fits: (contact: Contact) => boolean): Promise<Contact> {
  let found: Contact | undefined;
  await until(async () => {
    [found] = await contacts(key, `email=${email}`);
    return found !== undefined && fits(found);
  });
  return found as Contact;
}

it('the same address is another contact, with its own engagements, rules and suppressions', async () => {
  const theirs = await secondsContact('ada@example.com', ({ tags }) => tags.length > 0);
  const [ours] = await contacts(engine.key, 'email=ada@example.com');
  expect(theirs).toMatchObject({ engagements: 1, tags: ['greeted'], suppressed: false });
  expect(ours).toMatchObject({ engagements: 2, tags: ['pricing-interest'] });
  expect(theirs.id).not.toBe(ours?.id);
  expect(await secondsContact('ines@example.com', () => true)).toMatchObject({ suppressed: false });
  expect(await contacts(engine.key, 'email=ines@example.com')).toMatchObject([{ suppressed: true }]);
});

it('a key sees the contacts, inbox, rules, sources, deliveries and troubles of its own workspace only', async () => {
  await secondsContact('ada@example.com', ({ tags }) => tags.length > 0);
  const paths = ['contacts', 'notifications', 'suppressions', 'rules', 'sources', 'keys', 'deliveries', 'quarantine'];
  for (const path of [...paths, 'parked', 'dead-letters']) {
    const shown = JSON.stringify((await second(`/v1/${path}`)).body);
    for (const [name, id] of Object.entries(ids))
      expect({ path, name, shown: shown.includes(id) }).toEqual({ path, name, shown: false });
  }
  const of = async (path: string) => (await second<Items<Record<string, unknown>>>(path)).body.items;
  expect((await of('/v1/contacts')).map(({ email }) => email).sort()).toEqual(['ada@example.com', 'ines@example.com']);
  expect((await of('/v1/rules')).map(({ name }) => name)).toEqual(['greet']);
  expect((await of('/v1/sources')).map(({ name }) => name)).toEqual(['website']);
  expect(await of('/v1/suppressions')).toEqual([]);
});

it('what belongs to another workspace does not exist: not to be read, and not to be changed', async () => {
  const before = await everything();
  const requests: readonly [method: string, path: string, body?: object][] = [
    ['GET', `/v1/contacts/${ids['ada']}`],
    ['GET', `/v1/contacts/${ids['ada']}/timeline`],
    ['GET', `/v1/notifications/${ids['effect']}`],
    ['POST', `/v1/notifications/${ids['effect']}/take`, { by: 'Eve' }],
    ['POST', `/v1/notifications/${ids['effect']}/done`, { by: 'Eve' }],
    ['GET', `/v1/effects/${ids['effect']}`],
    ['GET', `/v1/effects/${ids['effect']}/why`],
    ['GET', `/v1/deliveries/${ids['delivery']}`],
    ['GET', `/v1/quarantine/${ids['quarantined']}`],
    ['POST', `/v1/parked/${ids['parked']}/replay`, { discard: true }],
    ['GET', `/v1/dead-letters/${ids['dead']}/webhook`],
    ['POST', `/v1/dead-letters/${ids['dead']}/webhook/replay`],
    ['POST', `/v1/dead-letters/${ids['dead2']}/webhook/discard`],
    ['GET', `/v1/sources/${ids['source']}`],
    ['POST', `/v1/sources/${ids['source']}/pause`],
    ['POST', `/v1/sources/${ids['source']}/rotate`, {}],
    ['DELETE', `/v1/sources/${ids['source']}`],
    ['POST', `/v1/keys/${ids['key']}/rotate`, { overlapHours: 1 }],
    ['DELETE', `/v1/keys/${ids['key']}`],
    ['GET', '/v1/rules/hot-lead'],
    ['POST', '/v1/rules/hot-lead/rollback', { version: null }],
  ];
  for (const [method, path, body] of requests) {
    const { status } = await second(path, { method, ...(body === undefined ? {} : { body }) });
    expect({ method, path, status }).toEqual({ method, path, status: 404 });
  }
  expect(await everything()).toEqual(before);
});

/** The first workspace as its own key shows it. */
async function everything(): Promise<readonly unknown[]> {
  const paths = [
    'contacts',
    'notifications',
    'rules',
    'sources',
    'keys',
    'deliveries',
    'quarantine',
    'parked',
    'dead-letters',
  ];
  return Promise.all(paths.map(async (path) => (await engine.ask(`/v1/${path}`)).body));
}

it('a write by address reaches the contact of the key’s workspace', async () => {
  const body = { email: 'ada@example.com', set: { company: 'Second Inc' }, addTags: ['theirs'] };
  expect((await second('/v1/contacts', { method: 'PUT', body })).status).toBe(200);
  const [ours] = await contacts(engine.key, 'email=ada@example.com');
  expect(JSON.stringify(ours)).not.toMatch(/Second Inc|theirs/);
});

it('a source takes what is signed for it, not what is signed for another workspace', async () => {
  const made = await engine.ask<Source>('/v1/sources', {
    method: 'POST',
    body: { name: 'twin', provider: 'generic-hmac' },
  });
  const email = 'nobody@example.com';
  expect(await website({ type: 'clicked', id: 'stolen', email }, made.body.keys[0])).toBe(401);
  expect(await contacts(key, `email=${email}`)).toEqual([]);
});

it('an event id that both providers use counts in both', async () => {
  const shared = { sg_event_id: 'shared-id', sg_message_id: 'shared.f', url: 'https://example.com/blog' };
  await engine.sendgrid([event('twice@example.com', 'click', shared)]);
  await website({ type: 'clicked', id: 'shared-id', email: 'twice@example.com', url: shared.url });
  expect(await secondsContact('twice@example.com', () => true)).toMatchObject({ engagements: 1 });
  const { items } = await engine.askUntil<Items<Contact>>(
    '/v1/contacts?email=twice@example.com',
    (body) => body.items.length > 0,
  );
  expect(items).toMatchObject([{ engagements: 1 }]);
});

it('the read-only login of one workspace sees no row of the other, in any table or view', async () => {
  const { pool } = engine.runtime;
  const reader = new pg.Client({ connectionString: await createReadRole(pool, workspaceId, 'a password') });
  await reader.connect();
  try {
    const { rows: relations } = await reader.query(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.columns
       where table_schema = 'read' and column_name = 'workspace_id' order by 1`,
    );
    expect(relations.length).toBeGreaterThan(10);
    for (const { name } of relations) {
      const { rows } = await reader.query(`select count(*)::int as seen from ${name} where workspace_id <> $1`, [
        workspaceId,
      ]);
      expect({ name, seen: rows[0]?.seen }).toEqual({ name, seen: 0 });
    }
    const own = await reader.query('select email from read.contact order by email');
    expect(own.rows.map(({ email }) => email)).toEqual(expect.arrayContaining(['ada@example.com', 'ines@example.com']));
  } finally {
    await reader.end();
    const role = readRoleOf(workspaceId);
    await pool.query(`drop owned by ${role}`);
    await pool.query(`drop role ${role}`);
  }
});
