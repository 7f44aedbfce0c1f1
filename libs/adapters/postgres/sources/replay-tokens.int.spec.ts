import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Source } from '#engine/ingest/source.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { trimDeliveries } from '../deliveries/retention.js';
import { createPool } from '../pool.js';
import { PostgresReplayTokens } from './replay-tokens.js';

const DAY = 86_400_000;
const source = (): Source => ({
  id: randomUUID(),
  workspaceId: randomUUID(),
  path: '',
  name: '',
  provider: 'mailgun',
  state: 'active',
  settings: { scheme: 'mailgun-hmac-sha256', keys: [] },
});

describe('one-time tokens', () => {
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

  it('are good for one body, at every instance, and for each source of its own', async () => {
    const [first, second] = [new PostgresReplayTokens(pool), new PostgresReplayTokens(pool)];
    const [one, other] = [source(), source()];
    const [body, forged] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    expect(await first.claim(one, 'token', body, 0)).toBe(true);
    expect(await second.claim(one, 'token', body, 1)).toBe(true);
    expect(await second.claim(one, 'token', forged, 2)).toBe(false);
    expect(await second.claim(other, 'token', forged, 2)).toBe(true);
    expect(await first.claim(one, 'next', forged, 2)).toBe(true);
  });

  it('claimed at the same moment with two bodies have one winner', async () => {
    const tokens = new PostgresReplayTokens(pool);
    const of = source();
    const claims = [1, 2, 3, 4].map((body) => tokens.claim(of, 'raced', Buffer.alloc(32, body), 0));
    expect((await Promise.all(claims)).filter((mine) => mine)).toHaveLength(1);
  });

  it('are forgotten after the provider has long given up', async () => {
    const tokens = new PostgresReplayTokens(pool);
    const of = source();
    await trimDeliveries(pool, 0, 10 * DAY);
    await tokens.claim(of, 'old', Buffer.alloc(32), 6 * DAY);
    await tokens.claim(of, 'new', Buffer.alloc(32), 8 * DAY);
    expect((await trimDeliveries(pool, 0, 10 * DAY)).tokens).toBe(1);
    expect(await tokens.claim(of, 'new', Buffer.alloc(32, 9), 10 * DAY)).toBe(false);
  });
});
