import { randomBytes } from 'node:crypto';
import { PostgresOutbox } from '#adapters/postgres/outbox/outbox.js';
import { createPool, type Pool } from '#adapters/postgres/pool.js';
import { createWorkspace } from '#adapters/postgres/registry/workspaces.js';
import { MAX_COUNTERS } from '#domain/rules/counter-cap.js';
import { AesMasterKey } from '#engine/sealing/master-key.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { publishRules } from './publish-rules.js';

const counting = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, nth) => ({
    path: `rules/count-${from + nth}.yaml`,
    text: `rule: count-${from + nth}\non: clicked\nif: count("clicked", "7d", e, e.url == "${from + nth}") > 1\nthen:\n  - add_score: 1\n`,
  }));

describe('rules published one after the other', () => {
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

  const workspace = async (name: string): Promise<string> =>
    (await createWorkspace(pool, new AesMasterKey(randomBytes(32)), name))?.id ?? '';
  const publishing = () =>
    ({
      pool,
      outbox: new PostgresOutbox(pool),
      topics: { engagements: 'engagements.g1', deliveries: 'deliveries.g1', contactEvents: 'contact-events.g1' },
      log: { partitions: () => 1 },
      clock: () => Date.UTC(2026, 10, 24, 12),
    }) as unknown as Parameters<typeof publishRules>[0];

  it('ask for no more counts of history than a workspace may have, those in force included', async () => {
    const id = await workspace('counts');
    const process = publishing();
    const published = (from: number, to: number, retireMissing = false) =>
      publishRules(process, id, counting(from, to), { retireMissing });

    expect((await published(0, MAX_COUNTERS)).outcome).toBe('published');
    const refused = await published(MAX_COUNTERS, MAX_COUNTERS + 1);
    expect(refused).toMatchObject({
      outcome: 'refused',
      problems: [{ problem: `these rules ask for ${MAX_COUNTERS + 1} different counts of history` }],
    });
    // In the place of the others there is room for it.
    expect((await published(MAX_COUNTERS, MAX_COUNTERS + 1, true)).outcome).toBe('published');
  });

  it('know the segments that are in force, which are published beside them and stay while a rule needs them', async () => {
    const id = await workspace('segments');
    const segment = { path: 'segments/engaged.yaml', text: `segment: engaged\nif: 'count("opened", "30d") >= 3'\n` };
    const rule = {
      path: 'rules/welcome.yaml',
      text: 'rule: welcome\non: { segment_entered: engaged }\nthen:\n  - add_tag: engaged\n',
    };
    const done = await publishRules(publishing(), id, [rule, segment]);
    expect(done).toMatchObject({
      outcome: 'published',
      changes: [
        { rule: 'welcome', version: 1 },
        { rule: 'segment:engaged', version: 1 },
      ],
    });
    const other = { ...rule, text: rule.text.replace('welcome', 'goodbye').replace('entered', 'left') };
    expect((await publishRules(publishing(), id, [other])).outcome).toBe('published');
    const whole = await publishRules(publishing(), id, [rule], { retireMissing: true });
    expect(whole).toMatchObject({ outcome: 'refused', problems: [{ problem: 'there is no segment engaged' }] });
  });
});
