/** A past laid down in a fresh workspace: decided as of its own time, expired where it is old, and a record like any other. */
import { createPool, type Pool } from '#adapters/postgres/pool.js';
import type { Standalone } from '#apps/standalone/standalone.js';
import { readInstance } from '#platform/runtime/instance-file.js';
import { afterclick } from '#testing/command-line.js';
import { startQuietly, temporaryFolder } from '#testing/standalone.js';
import { until } from '#testing/until.js';

const DAY = 86_400_000;
const data = temporaryFolder();
const clean = Object.keys(process.env).filter((name) => /^AFTERCLICK_|^PORT$|^DATABASE_URL$/.test(name));
let standalone: Standalone;
let pool: Pool;

beforeAll(async () => {
  for (const name of clean) delete process.env[name];
  standalone = await startQuietly(data.path, { partitions: 4 });
  pool = createPool(readInstance(data.path)?.databaseUrl ?? '', { role: 'test', max: 1 });
}, 60_000);
afterAll(async () => {
  await pool?.end();
  await standalone?.stop();
  data.remove();
});

const run = (...args: readonly string[]) => afterclick(...args, '--data', data.path);

it('is recorded when it was received, and decided then', async () => {
  const ran = await run('demo', '--days', '60', '--contacts', '60', '--workspace', 'past');
  expect({ code: ran.code, err: ran.code === 0 ? '' : ran.err }).toEqual({ code: 0, err: '' });
  expect(ran.out).toMatch(/^Laid down [\d,]+ engagements of 60 contacts in the workspace past/);
  const { rows } = await pool.query<{ moved: number; applied: number; first: number; fired: number; old: number }>(
    `select count(*) filter (where e.type = 'engagement_recorded'
              and e.recorded_at <> to_timestamp((e.data ->> 'receivedAt')::float8 / 1000))::int as moved,
            count(*) filter (where e.type = 'engagement_recorded')::int as applied,
            count(*) filter (where e.type = 'rule_fired')::int as fired,
            count(*) filter (where e.type = 'rule_fired' and e.recorded_at < now() - interval '2 days')::int as old,
            min(e.recorded_at) as first
     from engine.event e join registry.workspace w on w.id = e.workspace_id where w.name = 'past'`,
  );
  const [counted] = rows;
  expect(counted?.moved).toBe(0);
  expect(counted?.applied).toBeGreaterThan(500);
  expect(counted?.old).toBeGreaterThan(0);
  expect(Date.now() - (counted?.first ?? 0)).toBeGreaterThan(59 * DAY);
}, 180_000);

it('has its old effects expired, its books balanced, and is what a replay gives', async () => {
  const effects = () =>
    pool.query<{ state: string; count: number }>(
      `select f.state, count(*)::int as count from read.effect f join registry.workspace w on w.id = f.workspace_id
       where w.name = 'past' and f.requested_at < now() - interval '2 days' group by 1`,
    );
  await until(async () => {
    const { rows } = await effects();
    return rows.length === 1 && rows[0]?.state === 'expired';
  }, 60_000);
  await until(async () => {
    const { rows } = await pool.query(
      `select sum(accepted) as accepted, sum(applied + duplicate + too_late + parked + quarantined) as ended
       from engine.books b join registry.workspace w on w.id = b.workspace_id where w.name = 'past'`,
    );
    return rows[0].accepted === rows[0].ended && Number(rows[0].accepted) > 0;
  }, 60_000);
  const replayed = await run('replay', '--verify', '--workspace', 'past');
  expect({ code: replayed.code, out: replayed.out }).toMatchObject({ code: 0 });
}, 180_000);

it('is refused into a workspace that has a past, and where its words make no sense', async () => {
  const again = await run('demo', '--days', '10', '--workspace', 'past');
  expect([again.code, again.err]).toEqual([1, expect.stringContaining('afterclick demo --days 90 --workspace past')]);
  expect((await run('demo', '--workspace', 'past')).err).toContain('--workspace goes with --days');
  expect((await run('demo', '--days', '0')).err).toContain('Expected a whole number from 1 to 390');
}, 60_000);
