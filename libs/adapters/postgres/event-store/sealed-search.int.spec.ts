import type { Pool } from 'pg';
import { deriveId } from '#contracts/ids.js';
import type { RuleSource } from '#domain/rules/compile.js';
import { contactDriver, lay } from '#testing/decision/histories.js';
import { type PostgresWorld, postgresWorld } from '#testing/decision/postgres-world.js';
import { engagement, NOON, upsert } from '#testing/inputs.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { findInClear } from '#testing/sealed-search.js';
import { createPool } from '../pool.js';

let database: TestDatabase;
let world: PostgresWorld;
let pool: Pool;

beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'search' });
  world = await postgresWorld(database.url, NOON);
}, 60_000);
afterAll(async () => {
  await Promise.all([world.close(), pool.end()]);
  await database.drop();
});

const RULE: RuleSource = {
  rule: 'hot-lead',
  version: 1,
  yaml: [
    'rule: hot-lead\non: clicked\nif: count("clicked", "7d", e, e.url.contains("/pricing")) >= 2 && contact.email != ""\nthen:',
    '  - add_tag: interested\n  - set: { last_touch: clicked }\n  - notify: { to: owner, template: hot }\n',
  ].join('\n'),
  templates: { hot: 'Hot: {{ contact.email }}\n\n{{ event.url }}' },
  attributes: { last_touch: 'string' },
};

const PRIVATE = [
  'ada.lovelace@example.com',
  'Ada Lovelace',
  'https://example.com/pricing?user=ada',
  '203.0.113.77',
  'mailbox of ada is full',
  'owner.of.ada',
];

it('no address, name, URL, IP or free text stands in clear outside the read schema', async () => {
  const driver = contactDriver(world, 2);
  const pii = {
    identity: { kind: 'email', value: 'ada.lovelace@example.com' },
    recipient: 'ada.lovelace@example.com',
    url: 'https://example.com/pricing?user=ada',
    ip: '203.0.113.77',
    reason: 'mailbox of ada is full',
  };
  await lay(driver, [
    { publish: [RULE] },
    { input: upsert({ set: { name: 'Ada Lovelace' }, owner: 'owner.of.ada' }, { recordedAt: NOON }) },
    ...[1, 2, 3].map((nth) => ({ input: engagement('clicked', { nth, recordedAt: NOON + nth, pii }) })),
    { input: engagement('hard_bounce', { of: 'bob', recordedAt: NOON, pii }) },
  ]);
  // One that does not open, one of the same contact behind it that does not either, and one that does.
  for (const partition of driver.log.keys()) {
    const record = driver.log[partition]?.at(-1);
    if (!record?.sealed) continue;
    driver.append({
      ...record,
      ...driver.end(partition),
      id: deriveId('broken'),
      sealed: Buffer.from(record.sealed).fill(0, 14, 20),
    });
    driver.append({ ...record, ...driver.end(partition), id: deriveId('behind') });
  }
  await lay(
    driver,
    ['ada', 'bob'].map((of) => ({ input: engagement('clicked', { of, nth: 'last', recordedAt: NOON + 9, pii }) })),
  );
  await driver.run();
  const { events, parked } = await driver.dump();
  expect(new Set(events.map((event) => event.type))).toEqual(
    new Set([
      ...['engagement_recorded', 'address_set', 'attribute_set', 'owner_set', 'tag_added', 'rule_fired'],
      ...['effect_requested', 'suppressed'],
    ]),
  );
  expect(parked.length).toBeGreaterThanOrEqual(3);
  expect(JSON.stringify(events)).toContain(PRIVATE[2]);
  expect(await findInClear(pool, PRIVATE)).toEqual([]);
}, 60_000);

it('the search would see them', async () => {
  await pool.query('create table public.leak (text text, bytes bytea, doc jsonb)');
  const row = [
    'to: ADA.lovelace@example.com',
    Buffer.from('xx203.0.113.77'),
    { x: Buffer.from('Ada Lovelace').toString('base64') },
  ];
  await pool.query('insert into public.leak values ($1, $2, $3)', row);
  expect(await findInClear(pool, PRIVATE.slice(0, 4))).toEqual([
    'public.leak: ada.lovelace@example.com',
    'public.leak: Ada Lovelace',
    'public.leak: 203.0.113.77',
  ]);
});
