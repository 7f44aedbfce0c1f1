import { deriveId, type Uuid } from '#contracts/ids.js';
import type { Appendable } from '#contracts/record.js';
import type { LeasedEffect } from '#engine/effects/effect.js';
import type { Settlement } from '#engine/effects/queue.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { until } from '#testing/until.js';
import { PostgresOutbox } from '../outbox/outbox.js';
import { createPool, type Pool } from '../pool.js';
import { LOOKED_AT_ONCE, PostgresEffectQueue } from './effect-queue.js';
import { trimEffects } from './retention.js';

const DAY = 86_400_000;
const workspaceId = deriveId('workspace');
const [busy, other] = [deriveId('busy'), deriveId('other')];
let database: TestDatabase;
let pool: Pool;
let queue: PostgresEffectQueue;

beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test' });
  queue = new PostgresEffectQueue(pool, new PostgresOutbox(pool));
});
beforeEach(() => pool.query('truncate delivery.effect_queue'));
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** Effects of one contact, with the versions `from` and so many more. */
const wanted = (contactId: Uuid, from: number, more = 0) =>
  pool.query(
    `insert into delivery.effect_queue (effect_id, target, workspace_id, contact_id, version, kind, not_after, event_id, data, sealed)
     select gen_random_uuid(), 'inbox', $1, $2, n, 'notify', now() + interval '1 day', gen_random_uuid(), '{}', '\\x00'
     from generate_series($3::int, $3::int + $4::int) n`,
    [workspaceId, contactId, from, more],
  );
const leased = async (limit = 5) =>
  (await queue.lease('inbox', 'me', limit, 30_000)).map(({ contactId, version }) => [contactId, version]);
const WAITS = `select exists (select from pg_locks where locktype = 'advisory' and not granted) as waits`;
const delivered = (effect: LeasedEffect, by = queue) => {
  const { contactId: key, effectId } = effect;
  const outcome: Appendable = {
    ...{ topic: 'engagements.g1', key, workspaceId, id: deriveId('outcome', effectId), at: 0 },
    ...{ type: 'effect_outcome', v: 1, data: {}, sealed: null },
  };
  return by.settle([{ effect, state: 'delivered', reason: null, outcome } as Settlement]);
};
const due = async () => {
  const { rows } = await pool.query(
    `select count(*)::int as n from delivery.effect_queue where state = 'queued' and next_at <= now()`,
  );
  return rows[0].n;
};

it('looks once past a long backlog of one contact, not at every look', async () => {
  const backlog = 2 * LOOKED_AT_ONCE + 10;
  await wanted(busy, 1, backlog);
  await wanted(other, 1);
  expect(await leased(1)).toEqual([[busy, 1]]);
  expect(await leased()).toEqual([[other, 1]]);
  expect(await due()).toBe(0);
  expect(await leased()).toEqual([]);
});

it('leases each workspace no more than its share, and looks past the backlog of one that has none left', async () => {
  const [slow, calm] = [deriveId('slow workspace'), deriveId('calm workspace')];
  const of = (workspace: Uuid, count: number, ago: string) =>
    pool.query(
      `insert into delivery.effect_queue (effect_id, target, workspace_id, contact_id, version, kind, not_after, event_id, data, sealed, next_at)
       select gen_random_uuid(), 'webhook', $1, gen_random_uuid(), 1, 'notify', now() + interval '1 day', gen_random_uuid(), '{}', '\\x00',
         now() - $3::interval
       from generate_series(1, $2::int)`,
      [workspace, count, ago],
    );
  await of(slow, LOOKED_AT_ONCE + 50, '1 hour');
  await of(calm, 3, '1 second');
  const lease = async (limit: number, held: ReadonlyMap<Uuid, number>, others: number) => {
    const effects = await queue.lease('webhook', 'me', limit, 30_000, { of: held, others });
    return [slow, calm].map((workspace) => effects.filter((effect) => effect.workspaceId === workspace).length);
  };
  expect(await lease(32, new Map(), 16)).toEqual([16, 3]);
  expect(
    await lease(
      13,
      new Map([
        [slow, 0],
        [calm, 5],
      ]),
      6,
    ),
  ).toEqual([0, 0]);
  await of(calm, 2, '1 second');
  expect(await lease(13, new Map([[slow, 0]]), 6)).toEqual([0, 2]);
  expect(await lease(13, new Map([[slow, 4]]), 6)).toEqual([4, 0]);
  // The longest due first, where places are fewer than what may be leased.
  expect(await lease(5, new Map(), 5)).toEqual([5, 0]);
});

it('wakes the next of a contact when the one before it has ended', async () => {
  await wanted(busy, 1, 2);
  for (const version of [1, 2, 3]) {
    const [effect, ...more] = await queue.lease('inbox', 'me', 5, 30_000);
    expect([effect?.version, more]).toEqual([version, []]);
    expect(await leased()).toEqual([]);
    await delivered(effect as LeasedEffect);
  }
});

it('does not put off what is woken while it looks at it', async () => {
  await wanted(busy, 1, 1);
  await wanted(other, 1, 1);
  const ended = (await queue.lease('inbox', 'me', 5, 30_000)).find(({ contactId }) => contactId === other);
  // The time of the later ones has come again, that of `busy` first; while it is put off, the look at the queue is held.
  await pool.query(`update delivery.effect_queue set owner = null,
    next_at = now() - case when contact_id = '${busy}' then interval '2 s' else interval '1 s' end where version = 2`);
  await pool.query(`create function public.hold() returns trigger language plpgsql as $$
    begin perform pg_advisory_xact_lock(1); return new; end $$`);
  await pool.query(`create trigger hold before update on delivery.effect_queue for each row
    when (new.contact_id = '${busy}' and new.version = 2) execute function public.hold()`);
  // Row after row: the one that is woken has not been come to then.
  const looking = createPool(database.url, { role: 'test', max: 1 });
  await looking.query('set enable_hashjoin = off; set enable_mergejoin = off; set enable_sort = off');
  const hold = await pool.connect();
  await hold.query('select pg_advisory_lock(1)');
  // The end of the earlier one began before the look, and is committed after it has seen the queue.
  const [woken, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const enqueue = (): Promise<void> => {
    woken.resolve();
    return commit.promise;
  };
  const settling = delivered(ended as LeasedEffect, new PostgresEffectQueue(pool, { enqueue }));
  await woken.promise;
  const look = new PostgresEffectQueue(looking, new PostgresOutbox(looking)).lease('inbox', 'another', 5, 30_000);
  await until(async () => (await pool.query(WAITS)).rows[0].waits);
  commit.resolve();
  await settling;
  await hold.query('select pg_advisory_unlock(1)');
  expect(await look).toEqual([]);
  hold.release();
  await looking.end();
  await pool.query('drop trigger hold on delivery.effect_queue');
  expect(await leased()).toEqual([[other, 2]]);
});

it('does not put off what came while the end of the one before it was being committed', async () => {
  await wanted(busy, 1);
  const [first] = await queue.lease('inbox', 'me', 5, 30_000);
  const [looked, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const enqueue = (): Promise<void> => {
    looked.resolve();
    return commit.promise;
  };
  const settling = delivered(first as LeasedEffect, new PostgresEffectQueue(pool, { enqueue }));
  // It found nobody to wake; now somebody comes, and the one before still counts as queued.
  await looked.promise;
  await wanted(busy, 2);
  expect(await leased()).toEqual([]);
  commit.resolve();
  await settling;
  expect(await leased()).toEqual([[busy, 2]]);
});

it('forgets what has ended when nothing can bring it back, and nothing else', async () => {
  await wanted(busy, 1, 4);
  const now = Date.now();
  const settle = (version: number, state: string, settledDaysAgo: number, notAfterDays: number) =>
    pool.query(`update delivery.effect_queue set state = $2, settled_at = $3, not_after = $4 where version = $1`, [
      version,
      state,
      new Date(now - settledDaysAgo * DAY),
      new Date(now + notAfterDays * DAY),
    ]);
  await settle(1, 'delivered', 31, -31);
  await settle(2, 'delivered', 29, -29);
  await settle(3, 'dead', 31, 1);
  await settle(4, 'dead', 31, -31);
  expect(await trimEffects(pool, now - 30 * DAY)).toBe(2);
  const { rows } = await pool.query('select version from delivery.effect_queue order by version');
  expect(rows.map(({ version }) => version)).toEqual([2, 3, 5]);
});
