import type pg from 'pg';
import type { Uuid } from '#contracts/ids.js';
import { memoryMasterKey } from '#engine/sealing/memory-keys.js';
import { targetOf } from '#engine/webhooks/subscription.js';
import { project, record } from '#testing/contact-events/recorded.js';
import { tellStory } from '#testing/contact-events/story.js';
import { EventLane } from '#testing/contact-events/stream.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { trimChanges } from '../feed/retention.js';
import { createPool } from '../pool.js';
import { dispatchChanges } from './dispatch.js';
import { disabledWebhooks, dueWebhooks } from './due.js';
import { PostgresReceivers } from './receivers.js';
import { PostgresWebhooks, type Webhook } from './webhooks.js';

const WISH = { name: 'crm', url: 'https://crm.example.com/hook', filter: {}, retryHours: 72 };
const master = memoryMasterKey();

let database: TestDatabase;
let pool: pg.Pool;
let lane: EventLane;
let webhooks: PostgresWebhooks;
let receivers: PostgresReceivers;
let webhook: Webhook;

beforeEach(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test', max: 6 });
  lane = new EventLane();
  await pool.query(`insert into registry.workspace (id, name, secret_wrapped) values ($1, 'acme', '')`, [
    lane.workspaceId,
  ]);
  webhooks = new PostgresWebhooks(pool, master);
  receivers = new PostgresReceivers(pool, master);
  webhook = (await webhooks.create(lane.workspaceId, WISH, 'whsec_one'))!;
}, 60_000);
afterEach(async () => {
  await pool.end();
  await database.drop();
});

async function told(): Promise<void> {
  tellStory(lane);
  await record(pool, lane.rows);
  await project(pool, lane);
}

async function queued(of: Uuid = webhook.id): Promise<{ position: number; contactId: Uuid; version: number }[]> {
  const { rows } = await pool.query(
    `select (data ->> 'position')::int as position, contact_id as "contactId", version from delivery.effect_queue
     where target = $1 and state = 'queued' order by 1`,
    [targetOf(of)],
  );
  return rows;
}

const failed = (status: number | null = 500) =>
  receivers.tried(lane.workspaceId, webhook.id, {
    ...{ effectId: webhook.id, contactId: lane.contact('ada'), attempt: 1, status, reason: 'http_500', tookMs: 5 },
  });

const now = async () => (await webhooks.one(lane.workspaceId, webhook.id))!;

it('are dispatched each change once, whoever dispatches, and only from their own place on', async () => {
  await told();
  const late = (await webhooks.create(lane.workspaceId, { ...WISH, name: 'late' }, 'whsec_two'))!;
  await Promise.all([dispatchChanges(pool), dispatchChanges(pool), dispatchChanges(pool)]);
  const { rows } = await pool.query<{ position: number; contactId: Uuid; version: number }>(
    `select position, contact_id as "contactId", version from feed.change order by position`,
  );
  expect(await queued()).toEqual(rows);
  expect(await queued(late.id)).toEqual([]);
  expect(await dispatchChanges(pool)).toBe(false);
  expect(await dueWebhooks(pool)).toEqual([webhook.id]);
});

it('are dispatched what their filter lets through', async () => {
  await webhooks.revise(webhook, { ...WISH, filter: { fields: ['score'] }, state: 'active' }, null);
  await told();
  await dispatchChanges(pool);
  const { rows } = await pool.query<{ position: number }>(
    `select c.position from feed.change c join read.timeline t using (workspace_id, contact_id, version)
     where t.changed ? 'score' order by 1`,
  );
  expect((await queued()).map(({ position }) => position)).toEqual(rows.map(({ position }) => position));
  expect(rows.length).toBeGreaterThan(0);
});

it('are held longer with each failure from the fifth on, until one goes well', async () => {
  await told();
  await dispatchChanges(pool);
  for (let n = 0; n < 4; n += 1) await failed();
  expect(await now()).toMatchObject({ failures: 4, holdUntil: null, failingSince: expect.any(Number) });
  expect(await dueWebhooks(pool)).toEqual([webhook.id]);
  const holds: number[] = [];
  for (let n = 0; n < 12; n += 1) {
    await failed();
    const { rows } = await pool.query<{ ms: number }>(
      `select extract(epoch from hold_until - updated_at)::float8 * 1000 as ms from registry.webhook`,
    );
    holds.push(Math.round(rows[0]!.ms));
  }
  expect(holds.slice(0, 4)).toEqual([5_000, 10_000, 20_000, 40_000]);
  expect(holds.at(-1)).toBe(600_000);
  expect(await dueWebhooks(pool)).toEqual([]);
  await receivers.tried(lane.workspaceId, webhook.id, {
    ...{ effectId: webhook.id, contactId: lane.contact('ada'), attempt: 1, status: 200, reason: null, tookMs: 5 },
  });
  expect(await now()).toMatchObject({ failures: 0, holdUntil: null, failingSince: null, state: 'active' });
  expect(await dueWebhooks(pool)).toEqual([webhook.id]);
});

it('are disabled after three days of failures, and at once by a 410; readiness is told', async () => {
  await failed();
  await pool.query(`update registry.webhook set failing_since = now() - interval '71 hours'`);
  await failed(null);
  expect((await now()).state).toBe('active');
  await pool.query(`update registry.webhook set failing_since = now() - interval '73 hours'`);
  await failed();
  expect(await now()).toMatchObject({ state: 'disabled', disabledReason: 'failing' });
  expect(await disabledWebhooks(pool)).toEqual([{ name: 'crm', workspace: 'acme', reason: 'failing' }]);
  await told();
  await dispatchChanges(pool);
  expect(await queued()).toEqual([]);
  const active = (await webhooks.revise(await now(), { ...WISH, state: 'active' }, null))!;
  expect(active).toMatchObject({ failures: 0, failingSince: null, disabledReason: null });
  await dispatchChanges(pool);
  expect((await queued()).length).toBeGreaterThan(0);
  await failed(410);
  expect(await now()).toMatchObject({ state: 'disabled', disabledReason: 'gone' });
});

it('are disabled where what they stopped at is no longer kept, and pass over nothing', async () => {
  await told();
  await pool.query(`update feed.change set fed_at = now() - interval '70 days' where position <= 3`);
  await trimChanges(pool, Date.now() - 30 * 86_400_000);
  await dispatchChanges(pool);
  expect(await queued()).toEqual([]);
  expect(await now()).toMatchObject({ state: 'disabled', disabledReason: 'changes_expired', position: 0 });
});

it('take what waits with them when they are deleted', async () => {
  await told();
  await dispatchChanges(pool);
  expect(await webhooks.remove({ ...webhook, version: 9 })).toBe(false);
  expect((await queued()).length).toBeGreaterThan(0);
  expect(await webhooks.remove(webhook)).toBe(true);
  expect(await queued()).toEqual([]);
  expect(await receivers.load(lane.workspaceId, webhook.id)).toBeNull();
});

it('keep address and secrets wrapped, and sign with the old secret for as long as it is asked', async () => {
  await webhooks.rotate(webhook, 'whsec_two', Date.now() + 60_000);
  expect((await receivers.load(lane.workspaceId, webhook.id))?.secrets).toEqual(['whsec_two', 'whsec_one']);
  await pool.query(`update registry.webhook set old_secret_until = now() - interval '1 second'`);
  expect((await receivers.load(lane.workspaceId, webhook.id))?.secrets).toEqual(['whsec_two']);
  const { rows } = await pool.query<{ row: string }>('select w::text as row from registry.webhook w');
  expect(rows[0]?.row).not.toMatch(/crm\.example|whsec/);
  expect(await receivers.load('00000000-0000-8000-8000-00000000000f', webhook.id)).toBeNull();
});
