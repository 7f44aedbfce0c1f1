import type { Pool } from 'pg';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { createPool } from '../../pool.js';
import { listNotifications, waitingNotifications } from './notifications.js';
import { listSuppressions } from './suppressions.js';
import { causesOf, timelinePage } from './timeline.js';

const WORKSPACE = '0197a3c2-0000-8000-8000-000000000001';
const OTHER = '0197a3c2-0000-8000-8000-000000000002';
const CONTACTS = 20_000;

describe('what people look at', () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeAll(async () => {
    database = await testDatabase();
    pool = createPool(database.url, { role: 'test' });
    await pool.query(FILL, [[WORKSPACE, OTHER], CONTACTS]);
    await pool.query('analyze read.contact, read.contact_tag, read.timeline, read.notification, read.suppression');
  }, 60_000);
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('notifications and suppressions are walked newest first, those of one workspace', async () => {
    const first = await listNotifications(pool, WORKSPACE, 'open', { after: null, limit: 3 });
    const last = first.at(-1);
    const next = await listNotifications(pool, WORKSPACE, 'open', {
      after: [last?.openedAt ?? 0, last?.effectId ?? ''],
      limit: 3,
    });
    const times = [...first, ...next].map(({ openedAt }) => openedAt);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(new Set([...first, ...next].map(({ effectId }) => effectId)).size).toBe(6);
    expect(first[0]).toMatchObject({ email: expect.stringMatching(/^user/), score: expect.any(Number) });
    expect(await waitingNotifications(pool, WORKSPACE)).toEqual({ open: 10, taken: 0 });
    const suppressed = await listSuppressions(
      pool,
      WORKSPACE,
      { inForce: true, scope: 'all' },
      { after: null, limit: 100 },
    );
    expect(suppressed).toHaveLength(5);
    expect(await listSuppressions(pool, WORKSPACE, { inForce: false }, { after: null, limit: 100 })).toHaveLength(5);
  });

  it('a timeline is read from its end, and a chain from an event back to its root', async () => {
    const page = await timelinePage(
      pool,
      WORKSPACE,
      { contactId: CONTACT, aliases: [] },
      { before: [0, CONTACT, 40], limit: 5 },
    );
    expect(page.map(({ version }) => version)).toEqual([39, 38, 37, 36, 35]);
    const chain = await causesOf(pool, WORKSPACE, CONTACT, 4);
    expect(chain.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
    expect(await causesOf(pool, OTHER, CONTACT, 4)).toEqual([]);
  });
});

const CONTACT = '00000001-0000-8000-8000-000000000000';

/** $1: workspaces, the first with everything; $2: contacts of each. Event n of the contact was caused by event n - 1. */
const FILL = `
with contacts as (
  insert into read.contact
  select w.id, (lpad(to_hex(n), 8, '0') || '-0000-8000-8000-' || right(w.id::text, 12))::uuid, 'user' || n || '@example.com', '{}',
         case when n % 5000 = 0 then array['common', 'rare'] else array['common'] end, n % 100, 'lead', null, false, '{}', 1, null, null, null, false,
         '2026-01-01', timestamptz '2026-01-01' + (n / 4) * interval '1 minute', 1
  from unnest($1::uuid[]) as w(id), generate_series(1, $2::integer) n
  returning workspace_id, contact_id, tags
), tags as (
  insert into read.contact_tag select workspace_id, t, contact_id from contacts, unnest(tags) t
), notifications as (
  insert into read.notification
  select ($1::uuid[])[1], (lpad(to_hex(n), 8, '0') || '-0000-8000-8000-000000000009')::uuid,
         (lpad(to_hex(n), 8, '0') || '-0000-8000-8000-' || right(($1::uuid[])[1]::text, 12))::uuid, case when n > 10 then 'done' else 'open' end,
         'A lead', null, 'owner', 'hot-lead', 1, '2026-01-01', timestamptz '2026-01-01' + (n / 3) * interval '1 minute'
  from generate_series(1, 500) n
), suppressions as (
  insert into read.suppression
  select ($1::uuid[])[1], (lpad(to_hex(n), 8, '0') || '-0000-8000-8000-000000000000')::uuid, ($1::uuid[])[1], 'all', null, 'complaint', '2026-01-01',
         ($1::uuid[])[1], case when n > 5 then timestamptz '2026-01-02' end, null
  from generate_series(1, 10) n
)
insert into read.timeline
select ($1::uuid[])[1], '00000001-0000-8000-8000-000000000000', n, '2026-01-01', (lpad(to_hex(n), 8, '0') || '-0000-8000-8000-00000000000e')::uuid,
       'tag_added', '2026-01-01', (lpad(to_hex(n - 1), 8, '0') || '-0000-8000-8000-00000000000e')::uuid, ($1::uuid[])[1], '{}', null
from generate_series(1, 50) n`;
