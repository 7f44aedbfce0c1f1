import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { trimDeliveries } from '../deliveries/retention.js';
import { createPool } from '../pool.js';
import { PostgresReplayTokens } from './replay-tokens.js';

const DAY = 86_400_000;
const id = () => randomUUID();

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

  it('are good for one body, at every instance, and for each workspace of its own', async () => {
    const [first, second] = [new PostgresReplayTokens(pool), new PostgresReplayTokens(pool)];
    const [one, other, token, next, body, forged] = [id(), id(), id(), id(), id(), id()];
    expect(await first.claim(one, { token, body }, 0)).toBe(true);
    expect(await second.claim(one, { token, body }, 1)).toBe(true);
    expect(await second.claim(one, { token, body: forged }, 2)).toBe(false);
    expect(await second.claim(other, { token, body: forged }, 2)).toBe(true);
    expect(await first.claim(one, { token: next, body: forged }, 2)).toBe(true);
  });

  it('claimed at the same moment with two bodies have one winner', async () => {
    const tokens = new PostgresReplayTokens(pool);
    const [workspaceId, token] = [id(), id()];
    const claims = [id(), id(), id(), id()].map((body) => tokens.claim(workspaceId, { token, body }, 0));
    expect((await Promise.all(claims)).filter((mine) => mine)).toHaveLength(1);
  });

  it('are forgotten after the provider has long given up', async () => {
    const tokens = new PostgresReplayTokens(pool);
    const [workspaceId, old, young, body, forged] = [id(), id(), id(), id(), id()];
    await tokens.claim(workspaceId, { token: old, body }, 1 * DAY);
    await tokens.claim(workspaceId, { token: young, body }, 5 * DAY);
    expect((await trimDeliveries(pool, 0, 6 * DAY)).tokens).toBeGreaterThanOrEqual(1);
    expect(await tokens.claim(workspaceId, { token: young, body: forged }, 6 * DAY)).toBe(false);
    expect(await tokens.claim(workspaceId, { token: old, body: forged }, 6 * DAY)).toBe(true);
  });
});
