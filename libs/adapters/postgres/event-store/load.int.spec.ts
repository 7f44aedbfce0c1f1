import { deriveId } from '#contracts/ids.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { createPool, type Pool } from '../pool.js';
import { inTransaction } from '../transaction.js';
import { loadEngagements } from './load.js';

const workspaceId = deriveId('workspace');
let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test' });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

it('reads histories page by page, each contact’s in order and whole', async () => {
  const contacts = ['none', 'three', 'four', 'ten'].map((name) => ({ workspaceId, contactId: deriveId(name) }));
  // Every other event is no engagement.
  await pool.query(
    `insert into engine.event (workspace_id, contact_id, version, id, type, v, occurred_at, recorded_at, causation_id, correlation_id,
       data, input_topic, input_partition, input_position, lane, position)
     select $1, u.id, n, gen_random_uuid(), case when n % 2 = 1 then 'engagement_recorded' else 'attribute_set' end, 1,
       now(), now() + n * interval '20 days', gen_random_uuid(), gen_random_uuid(), '{}', 'engagements.g1', 0, n, 1, 0
     from unnest($2::uuid[], $3::int[]) as u(id, events) cross join lateral generate_series(1, u.events) n`,
    [workspaceId, contacts.map(({ contactId }) => contactId), [0, 6, 8, 20]],
  );
  const events = await inTransaction(pool, (tx) => loadEngagements(tx, contacts, 2));
  const versions = contacts.map(({ contactId }) =>
    events.filter((event) => event.contactId === contactId).map(({ version }) => version),
  );
  expect(versions).toEqual([[], [1, 3, 5], [1, 3, 5, 7], [1, 3, 5, 7, 9, 11, 13, 15, 17, 19]]);
});
