import { createPool, type Pool } from '#adapters/postgres/pool.js';
import { deriveId } from '#contracts/ids.js';
import { leftOf } from '#domain/rules/score.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { type ContactFilter, type ContactSort, listContacts } from './queries/contact-list.js';
import { contactById } from './queries/contacts.js';

const DAY = 86_400_000;
const WORKSPACE = deriveId('workspace');

describe('the score of today', () => {
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

  async function contact(name: string, score: number, aliases: readonly string[] = []): Promise<string> {
    const id = deriveId('contact', name);
    await pool.query(
      `insert into read.contact (workspace_id, contact_id, attributes, tags, score, suppressed, suppressed_scopes, engagements, erased,
         created_at, updated_at, applied_version, aliases) values ($1, $2, '{}', '{}', $3, false, '{}', 0, false, now(), now(), 1, $4)`,
      [WORKSPACE, id, score, aliases],
    );
    return id;
  }
  const event = (id: string, version: number, type: string, at: number, data: object) =>
    pool.query(
      `insert into read.timeline (workspace_id, contact_id, version, recorded_at, event_id, type, occurred_at, causation_id, correlation_id, data)
       values ($1, $2, $3, $4, $5, $6, $4, $5, $5, $7)`,
      [WORKSPACE, id, version, new Date(at), deriveId(id, version), type, JSON.stringify(data)],
    );
  const scoreOf = async (id: string): Promise<number> =>
    (await pool.query<{ score: number }>('select score from read.score_today where contact_id = $1', [id])).rows[0]
      ?.score as number;

  it('is without what has expired of it: as the rules see it', async () => {
    const now = Date.now();
    const id = await contact('ada', 5 + 60 - 7 + 9);
    await event(id, 1, 'score_added', now, { points: 5 });
    const grants = [
      { points: 60, since: now - 10 * DAY - 1_000, until: now + 20 * DAY },
      { points: -7, since: now - 3.25 * DAY, until: now + 8 * DAY },
      { points: 9, since: now - 30 * DAY, until: now - DAY },
    ];
    for (const [nth, { points, since, until }] of grants.entries())
      await event(id, nth + 2, 'score_added', since, { points, expiresAt: until });
    const left = grants.map(({ points, since, until }) => leftOf(points, since, until, now));
    expect(left).toEqual([40, -5, 0]);
    expect(await scoreOf(id)).toBe(5 + 40 - 5);
  });

  it('knows nothing of what was given before a deletion, and is the score where nothing expires', async () => {
    const now = Date.now();
    const deleted = await contact('bob', 3);
    await event(deleted, 1, 'score_added', now - DAY, { points: 50, expiresAt: now + DAY });
    await event(deleted, 2, 'contact_deleted', now - 1_000, {});
    await event(deleted, 3, 'score_added', now, { points: 3 });
    expect(await scoreOf(deleted)).toBe(3);
    expect(await scoreOf(await contact('eve', 12))).toBe(12);
  });

  it('loses what expires of the points that a merge brought', async () => {
    const now = Date.now();
    const alias = deriveId('contact', 'alias');
    const id = await contact('owner', 30, [alias]);
    await event(alias, 1, 'score_added', now - 10 * DAY, { points: 20, expiresAt: now - DAY });
    expect(await scoreOf(id)).toBe(10);
    await event(id, 1, 'contact_deleted', now, {});
    expect(await scoreOf(id)).toBe(30);
  });

  it('is what a contact shows, is found by and is sorted by', async () => {
    const now = Date.now();
    const [high, faded] = [await contact('high', 900), await contact('faded', 950)];
    await event(faded, 1, 'score_added', now - 10 * DAY, { points: 900, expiresAt: now - DAY });
    expect((await contactById(pool, WORKSPACE, faded))?.score).toBe(50);
    const found = async (filter: ContactFilter, sort: ContactSort) =>
      (await listContacts(pool, WORKSPACE, filter, { sort, after: null, limit: 2 })).map(({ contactId }) => contactId);
    expect(await found({ minScore: 800 }, '-updated')).toEqual([high]);
    expect((await found({ minScore: 50 }, 'score'))[0]).toBe(faded);
    expect((await found({}, '-score'))[0]).toBe(high);
    expect(await found({ minScore: 50, maxScore: 50 }, '-score')).toEqual([faded]);
  });
});
