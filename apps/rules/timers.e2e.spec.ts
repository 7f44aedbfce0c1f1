/** Rules that wait for a time, on the whole engine: the clock alone makes them fire. */
import { PostgresRecordReader } from '#adapters/postgres/event-store/record-reader.js';
import { rearm } from '#adapters/postgres/timers/rearm.js';
import { contactDecider } from '#domain/contact/decider.js';
import { rebuildTimers } from '#engine/timers/rebuild-timers.js';
import { event, type RunningEngine, runningEngine } from '#testing/api/running-engine.js';
import { until } from '#testing/until.js';

const NOW = Math.floor(Date.now() / 1000) - 600;
const RULES = {
  'rules/hot.yaml': 'rule: hot\non: clicked\nsettle: 1s\nthen: [{ add_score: 10 }]\n',
  'rules/sunset.yaml': 'rule: sunset\non: { silence: 30d, of: opened }\nthen: [{ add_tag: silent }]\n',
};

describe('rules that wait for a time', () => {
  let engine: RunningEngine;
  beforeAll(async () => {
    engine = await runningEngine();
  });
  afterAll(() => engine.stop());

  const contact = async (email: string, fits: (found: { score: number; tags: string[] }) => boolean) => {
    type Found = { items: { id: string; score: number; tags: string[] }[] };
    const path = `/v1/contacts?email=${email}`;
    const isThere = ({ items }: Found) => items[0] !== undefined && fits(items[0]);
    return (await engine.askUntil<Found>(path, isThere)).items[0] as Found['items'][number];
  };
  const timersOf = async (id: string) => {
    const { rows } = await engine.runtime.pool.query<{ purpose: string; due_at: number }>(
      'select purpose, due_at from engine.timer where contact_id = $1 order by purpose',
      [id],
    );
    return rows;
  };

  it('take in who is there silently, settle, fire by the clock alone, and come back from the states', async () => {
    await engine.sendgrid([event('ada@example.com', 'open', { timestamp: NOW })]);
    const { id } = await contact('ada@example.com', () => true);
    expect(await timersOf(id)).toEqual([]);
    await engine.ask('/v1/rules/publish', { method: 'POST', body: { files: RULES } });
    const sunset = { purpose: 'rule:sunset', due_at: NOW * 1000 + 30 * 86_400_000 };
    await until(async () => (await timersOf(id)).some(({ purpose }) => purpose === 'rule:sunset'));
    expect(await timersOf(id)).toEqual([sunset]);

    await engine.sendgrid([event('ada@example.com', 'click', { url: 'https://example.com/a', timestamp: NOW + 60 })]);
    expect((await contact('ada@example.com', ({ score }) => score === 10)).tags).toEqual([]);

    const { pool, contactKeyCache } = engine.runtime;
    const { rows } = await pool.query<{ workspace_id: string }>(
      'delete from engine.timer where contact_id = $1 returning workspace_id',
      [id],
    );
    const parts = {
      reader: new PostgresRecordReader(pool),
      decider: contactDecider,
      keys: contactKeyCache,
      arm: (timers: Parameters<typeof rearm>[1]) => rearm(pool, timers, false),
    };
    const workspaceId = rows[0]?.workspace_id ?? '';
    expect(await rebuildTimers(parts, workspaceId)).toMatchObject({ missing: 1 });
    expect(await timersOf(id)).toEqual([sunset]);
    expect(await rebuildTimers(parts, workspaceId)).toMatchObject({ missing: 0 });

    // It comes early: the state says how much is left of it.
    await pool.query('update engine.timer set due_at = now() where contact_id = $1', [id]);
    await until(async () => (await timersOf(id)).some(({ due_at }) => due_at === sunset.due_at));
    expect((await contact('ada@example.com', () => true)).tags).toEqual([]);
  });
});
