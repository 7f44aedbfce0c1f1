import 'reflect-metadata';
import { Test } from '@nestjs/testing';
import { PostgresWorkspaceKeys } from '#adapters/postgres/keys/workspace-keys.js';
import { PostgresLog } from '#adapters/postgres/log/postgres-log.js';
import { PostgresOutbox } from '#adapters/postgres/outbox/outbox.js';
import { createPool, type Pool } from '#adapters/postgres/pool.js';
import { createWorkspace } from '#adapters/postgres/registry/workspaces.js';
import { deriveId } from '#contracts/ids.js';
import { Relay } from '#engine/outbox/relay.js';
import { ContactKeyCache } from '#engine/sealing/contact-key-cache.js';
import { sealInput } from '#engine/sealing/input-codec.js';
import { memoryMasterKey } from '#engine/sealing/memory-keys.js';
import { LogServer } from '#platform/log-transport/log-server.js';
import { engagement } from '#testing/inputs.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { until } from '#testing/until.js';
import { publishRules } from './publish-rules.js';
import { rulesModule } from './rules.module.js';

const topics = { engagements: 'engagements.g1', deliveries: 'deliveries.g1', contactEvents: 'contact-events.g1' };
const master = memoryMasterKey();
let database: TestDatabase;
let pool: Pool;
let log: PostgresLog;

beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test' });
  log = await PostgresLog.open(database.url);
  for (const topic of Object.values(topics)) await log.createTopic(topic, 2);
}, 60_000);
afterAll(async () => {
  await log.close();
  await pool.end();
  await database.drop();
});

it('rules are published, engagements decided, and the contact events stand on their lanes', async () => {
  const workspaceId = (await createWorkspace(pool, master, 'acme'))?.id as string;
  const workspaceKeys = new PostgresWorkspaceKeys(pool, master);
  const outbox = new PostgresOutbox(pool);
  const relay = new Relay(outbox, log, { pollMs: 10 }).start();
  const files = [{ path: 'rules/warm.yaml', text: 'rule: warm\non: clicked\nthen:\n  - add_score: 7\n' }];
  const published = await publishRules({ pool, outbox, topics, log, clock: Date.now }, workspaceId, files);
  expect(published.outcome).toBe('published');

  const server = new LogServer({ log });
  const contactKeyCache = new ContactKeyCache(master);
  const runtime = { pool, log, checkpoints: log.checkpoints, outbox, workspaceKeys, contactKeyCache };
  const testing = await Test.createTestingModule({ imports: [rulesModule(runtime)] }).compile();
  testing.useLogger(false);
  const app = testing.createNestMicroservice({ strategy: server });
  await app.listen();

  const activated = async (): Promise<boolean> =>
    (await pool.query('select from registry.rule_activation')).rowCount === 2;
  await until(activated);

  const at = Date.now();
  const key = await workspaceKeys.daily(workspaceId, at, 'engagements');
  const contacts = ['ada', 'bob', 'cy', 'dee'];
  const records = contacts.map((of) => {
    const { input, id } = engagement('clicked', { of, recordedAt: at });
    return sealInput(input, { topic: topics.engagements, key: deriveId('c', of), workspaceId, id, at }, key);
  });
  await log.append(records);
  const scored = async (): Promise<boolean> =>
    (await pool.query(`select from engine.event where type = 'score_added'`)).rowCount === contacts.length;
  await until(scored);

  const lanes = await pool.query(
    'select lane, max(position)::int as last, count(*)::int as events from engine.event group by lane',
  );
  for (const { last, events } of lanes.rows) expect(last).toBe(events - 1);
  await app.close();
  await relay.drain();
}, 60_000);
