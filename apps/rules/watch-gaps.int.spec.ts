import { gapsOf, settleGaps } from '#adapters/postgres/gaps/gaps.js';
import { outagesSince, recordPresence } from '#adapters/postgres/gaps/presence.js';
import { createPool, type Pool } from '#adapters/postgres/pool.js';
import { createWorkspace } from '#adapters/postgres/registry/workspaces.js';
import { createSource } from '#adapters/postgres/sources/sources.js';
import { Presence } from '#apps/ingest/presence.js';
import type { Uuid } from '#contracts/ids.js';
import { memoryMasterKey } from '#engine/sealing/memory-keys.js';
import { gapsProbe } from '#platform/health/gaps-probe.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { findGaps } from './watch-gaps.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Tuesday, two o'clock and some minutes, UTC. */
const NOW = Date.UTC(2026, 10, 24, 14, 20);

let database: TestDatabase;
let pool: Pool;
let workspaceId: Uuid;
let [now, ends] = [NOW, [0]];
const said: [object, string][] = [];

const logger = { error: (about: object, text: string) => said.push([about, text]), warn: () => undefined };
const topics = { engagements: 'engagements.g1', contactEvents: 'contact-events.g1', deliveries: 'deliveries.g1' };

/** What findGaps looks at of a runtime. */
function process() {
  const log = { ends: async () => ends };
  const checkpoints = { list: async () => [] };
  return { pool, clock: () => now, logger, log, checkpoints, topics } as unknown as Parameters<typeof findGaps>[0];
}

async function source(name: string, provider: string, createdAt: number): Promise<Uuid> {
  const settings = { scheme: 'none' };
  const made = await createSource(pool, memoryMasterKey(), { workspaceId, name, provider, settings });
  const id = made?.source.id ?? '';
  await pool.query('update registry.source set created_at = $1 where id = $2', [new Date(createdAt), id]);
  return id;
}

/** `count` engagements in every hour from then to then. */
function engaged(sourceId: Uuid, from: number, to: number, count: number, imported = false) {
  return pool.query(
    `insert into read.source_counter (workspace_id, source_id, hour, type, imported, lane, count)
     select $1, $2, h, 'delivered', $6, 0, $5 from generate_series($3::timestamptz, $4::timestamptz - interval '1 hour', interval '1 hour') h`,
    [workspaceId, sourceId, new Date(from), new Date(to), count, imported],
  );
}

beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test' });
  workspaceId = (await createWorkspace(pool, memoryMasterKey(), 'acme'))?.id ?? '';
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const notes = async () => (await gapsProbe(pool, () => now).notes?.()) ?? [];

it('a source that falls silent is said once, shown until it is settled, and ends when it speaks again', async () => {
  const id = await source('mail', 'sendgrid', NOW - 60 * DAY);
  const began = NOW - 35 * DAY - (NOW % HOUR);
  const silentFrom = Date.UTC(2026, 10, 24, 9);
  await engaged(id, began, silentFrom + HOUR, 50);
  ends = [2_000];
  expect(await findGaps(process())).toEqual([]);
  ends = [0];
  expect(await findGaps(process())).toEqual([
    { workspaceId, sourceId: id, kind: 'silence', from: silentFrom, to: null },
  ]);
  expect(await findGaps(process())).toEqual([]);
  expect(said).toEqual([
    [
      expect.objectContaining({ source: 'mail', workspace: 'acme', from: '2026-11-24T09:00:00.000Z', to: null }),
      expect.stringContaining('silent against its habit'),
    ],
  ]);
  expect(await notes()).toEqual([
    'Nothing comes from source mail of workspace acme since 2026-11-24T09:00Z, against its habit: look whether its provider still calls; then fill the gap with what the provider exports: afterclick sources import mail FILE --workspace acme',
  ]);
  expect(await settleGaps(pool, workspaceId, id, now)).toBe(0);
  await engaged(id, Date.UTC(2026, 10, 24, 15), Date.UTC(2026, 10, 24, 16), 3);
  now = NOW + 2 * HOUR;
  expect(await findGaps(process())).toEqual([]);
  expect(await notes()).toEqual([
    expect.stringContaining('from 2026-11-24T09:00Z to 2026-11-24T16:00Z, against its habit'),
  ]);
  expect(await settleGaps(pool, workspaceId, id, now)).toBe(1);
  expect(await notes()).toEqual([]);
  expect(await gapsOf(pool, workspaceId, id, 9)).toMatchObject([{ kind: 'silence', settledAt: now }]);
});

it('an outage leaves a gap for whoever retries for a shorter time, and none for the others', async () => {
  const [short, long] = [await source('ses', 'ses', NOW - DAY), await source('cio', 'customerio', NOW - DAY)];
  const late = await source('late', 'ses', NOW + 100 * HOUR);
  now = NOW + 3 * HOUR;
  await recordPresence(pool, { at: now, since: now });
  now += 10 * HOUR;
  const back = new Presence(process() as unknown as ConstructorParameters<typeof Presence>[0]);
  await back.beat();
  await back.beat();
  expect(await outagesSince(pool, 0)).toEqual([{ from: NOW + 3 * HOUR, to: now }]);
  const found = await findGaps(process());
  expect(found).toContainEqual({ workspaceId, sourceId: short, kind: 'outage', from: NOW + 3 * HOUR, to: now - HOUR });
  expect(found.filter(({ sourceId }) => [long, late].includes(sourceId))).toEqual([]);
  expect(await notes()).toContainEqual(
    expect.stringMatching(
      /^Ingest was away .* source ses .* from 2026-11-24T17:20Z to 2026-11-25T02:20Z may be lost; .*sources import ses FILE/,
    ),
  );
});

it('a restart is no outage, and one that was there and could not say so takes it back', async () => {
  const before = now;
  now += 4 * 60_000;
  await recordPresence(pool, { at: now, since: now });
  expect(await outagesSince(pool, before + 1)).toEqual([]);
  now += 5 * HOUR;
  await recordPresence(pool, { at: now, since: now });
  expect(await outagesSince(pool, before + 1)).toHaveLength(1);
  await findGaps(process());
  expect((await notes()).filter((note) => note.startsWith('Ingest was away'))).toHaveLength(2);
  await recordPresence(pool, { at: now, since: before });
  expect(await outagesSince(pool, before + 1)).toEqual([]);
  await findGaps(process());
  expect((await notes()).filter((note) => note.startsWith('Ingest was away'))).toHaveLength(1);
});

it('without the log no request can be taken: the time counts as an outage', async () => {
  const presence = new Presence({
    ...process(),
    log: { ends: async () => (now < NOW + 60 * HOUR ? Promise.reject(new Error('away')) : [0]) },
  } as unknown as ConstructorParameters<typeof Presence>[0]);
  const from = now;
  now = NOW + 40 * HOUR;
  await presence.beat();
  expect(await outagesSince(pool, from + 1)).toEqual([]);
  now = NOW + 61 * HOUR;
  await presence.beat();
  expect(await outagesSince(pool, from + 1)).toEqual([{ from, to: now }]);
});

it('what a file brings in is no habit of the source, and does not end its silence', async () => {
  const began = NOW - 35 * DAY - (NOW % HOUR);
  const silentFrom = Date.UTC(2026, 10, 24, 9);
  const filled = await source('filled by files', 'sendgrid', NOW - 60 * DAY);
  await engaged(filled, began, silentFrom, 50, true);
  const mail = await source('mail with a file', 'sendgrid', NOW - 60 * DAY);
  await engaged(mail, began, silentFrom + HOUR, 50);
  await engaged(mail, silentFrom + HOUR, NOW - (NOW % HOUR) + HOUR, 9_000, true);
  now = NOW;
  const gap = { workspaceId, sourceId: mail, kind: 'silence', from: silentFrom, to: null };
  const silent = (await findGaps(process())).filter(({ kind, from }) => kind === 'silence' && from === silentFrom);
  expect(silent.map(({ sourceId }) => sourceId).filter((id) => [filled, mail].includes(id))).toEqual([mail]);
  expect(silent).toContainEqual(gap);
  await findGaps(process());
  const known = (await gapsOf(pool, workspaceId, mail, 9)).filter(({ kind }) => kind === 'silence');
  expect(known.map(({ to }) => to)).toEqual([null]);
});
