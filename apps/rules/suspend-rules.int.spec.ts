import { randomBytes, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { PostgresOutbox } from '#adapters/postgres/outbox/outbox.js';
import { createPool, type Pool } from '#adapters/postgres/pool.js';
import { createWorkspace } from '#adapters/postgres/registry/workspaces.js';
import { PostgresPublications } from '#adapters/postgres/rules/publications.js';
import { suspendedRules } from '#adapters/postgres/rules/suspended.js';
import { AesMasterKey } from '#engine/sealing/master-key.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { publishRules } from './publish-rules.js';
import { FAILURES, Forgiven, suspendFailingRules } from './suspend-rules.js';

const RULE = 'rule: flaky\non: clicked\nwhere: event.url.contains("/x")\nthen:\n  - add_score: 1\n';

describe('a rule that keeps failing', () => {
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

  it('is suspended under the next number, once, and only when failures outnumber firings', async () => {
    const now = Date.UTC(2026, 10, 24, 12);
    const workspace = await createWorkspace(pool, new AesMasterKey(randomBytes(32)), 'flaky');
    const id = workspace?.id ?? '';
    const process = {
      pool,
      outbox: new PostgresOutbox(pool),
      topics: { engagements: 'engagements.g1', deliveries: 'deliveries.g1', contactEvents: 'contact-events.g1' },
      log: { partitions: () => 2 },
      clock: () => now,
      logger: pino({ level: 'silent' }),
    } as unknown as Parameters<typeof suspendFailingRules>[0];
    const forgiven = new Forgiven();
    await publishRules(process, id, [{ path: 'rules/flaky.yaml', text: RULE }]);
    const count = (measure: string, lane: number, by: number) =>
      pool.query(`insert into read.rule_counter values ($1, 'flaky', 1, '2026-11-24', $2, $3, $4)`, [
        id,
        measure,
        lane,
        by,
      ]);

    const fail = (at: number, error: string) =>
      pool.query(
        `insert into read.timeline (workspace_id, contact_id, version, recorded_at, event_id, type, occurred_at, causation_id, correlation_id, data, pii)
values ($1, $2, 1, $3, $2, 'rule_failed', $3, $2, $2, '{"rule": "flaky", "version": 1}', $4)`,
        [id, randomUUID(), new Date(at), JSON.stringify({ error })],
      );

    await count('failed', 1, FAILURES - 1);
    await count('fired', 1, 10);
    await fail(now, 'No such key: ada@example.com');
    await fail(now + 1, 'no such overload: string > int');
    expect(await suspendFailingRules(process, forgiven)).toEqual([]);
    await count('failed', 2, 1);
    expect(await suspendFailingRules(process, forgiven)).toEqual(['flaky']);
    expect(await suspendFailingRules(process, forgiven)).toEqual([]);

    const latest = await new PostgresPublications(pool, process.outbox).latest(id);
    const author = `afterclick: suspended after ${FAILURES} failures in a day: no such overload: string > int`;
    expect(latest).toMatchObject({ number: 2, author, rules: [{ rule: 'flaky', version: null }] });
    const suspension = { rule: 'flaky', version: 1, failures: FAILURES, reason: 'no such overload: string > int' };
    expect(await suspendedRules(pool, id)).toEqual([{ ...suspension, since: expect.any(Number) }]);
    const { rows } = await pool.query<{ n: number }>(
      `select count(*)::int as n from log.outbox where type = 'rules_published'`,
    );
    expect(rows[0]?.n).toBe(4);

    // The same content again: what failed before does not count against it.
    await pool.query('update registry.publication set created_at = $1', [new Date(now)]);
    await publishRules(process, id, [{ path: 'rules/flaky.yaml', text: RULE }]);
    await pool.query('update registry.publication set created_at = $1', [new Date(now)]);
    expect(await suspendedRules(pool, id)).toEqual([]);
    expect(await suspendFailingRules(process, forgiven)).toEqual([]);
    await count('failed', 3, FAILURES - 1);
    expect(await suspendFailingRules(process, forgiven)).toEqual([]);
    await count('failed', 4, 1);
    expect(await suspendFailingRules(process, forgiven)).toEqual(['flaky']);
    expect(await suspendedRules(pool, id)).toMatchObject([{ rule: 'flaky', failures: 2 * FAILURES }]);

    // Taken out of force by people it is retired, not suspended.
    await publishRules(process, id, [{ path: 'rules/flaky.yaml', text: RULE }]);
    await publishRules(process, id, [], { retireMissing: true, author: 'kim' });
    expect(await suspendedRules(pool, id)).toEqual([]);
  });
});
