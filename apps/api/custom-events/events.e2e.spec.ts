import { type RunningEngine, runningEngine } from '#testing/api/running-engine.js';

interface Taken {
  readonly deliveryId: string | null;
  readonly results: readonly {
    readonly contactId: string | null;
    readonly state: string;
    readonly errors: readonly { readonly field: string }[];
  }[];
  readonly errors?: readonly { readonly field: string; readonly problem: string }[];
}

const RULE = `rule: big-form
on: custom.form_sent
where: event.properties.seats >= 50 && event.properties.plan == "pro"
if: count("custom.form_sent", "7d") >= 2
then:
  - add_tag: big
  - notify: { to: owner, title: "A form for {{ event.properties.seats }} seats" }
`;

describe('POST /v1/events', () => {
  let engine: RunningEngine;
  beforeAll(async () => {
    engine = await runningEngine();
    await engine.ask('/v1/rules/publish', { method: 'POST', body: { files: { 'rules/big-form.yaml': RULE } } });
    await engine.askUntil<{ inForce: number; of: number }>('/v1/rules', ({ inForce, of }) => inForce === of);
  }, 60_000);
  afterAll(() => engine.stop());

  const tell = (body: unknown, headers = {}) => engine.ask<Taken>('/v1/events', { method: 'POST', body, headers });

  it('is counted and judged like what a provider delivers, and why leads back to the request', async () => {
    const form = { type: 'custom.form_sent', email: 'Big@Form.example', properties: { seats: 60, plan: 'pro' } };
    const first = await tell(form);
    expect(first).toMatchObject({ status: 200, body: { results: [{ state: 'applied', errors: [] }] } });
    const contactId = first.body.results[0]?.contactId ?? '';
    await tell({ ...form, type: 'form_sent' });
    const contact = await engine.askUntil<{ tags: string[]; engagements: number }>(
      `/v1/contacts/${contactId}`,
      ({ engagements }) => engagements === 2,
    );
    expect(contact.tags).toEqual(['big']);
    const told = await engine.askUntil<{ items: { effectId: string; title: string }[] }>(
      '/v1/notifications',
      ({ items }) => items.length > 0,
    );
    expect(told.items[0]?.title).toBe('A form for 60 seats');
    const why = await engine.askUntil<{ delivery: { source: string; provider: string } | null }>(
      `/v1/effects/${told.items[0]?.effectId}/why`,
      ({ delivery }) => delivery !== null,
    );
    expect(why.delivery).toMatchObject({ source: 'api', provider: 'api' });
  });

  it('counts an event once by its own id, however it comes', async () => {
    const event = { type: 'deal_moved', externalId: 'crm-9', id: 'deal-1', occurredAt: '2026-11-01T10:00:00Z' };
    const one = await tell(event);
    expect((await tell({ events: [event, event] })).body.results.map(({ state }) => state)).toEqual([
      'unchanged',
      'unchanged',
    ]);
    const timeline = await engine.ask<{ items: { type: string }[] }>(
      `/v1/contacts/${one.body.results[0]?.contactId}/timeline`,
    );
    expect(timeline.body.items.map(({ type }) => type)).toEqual(['engagement_recorded']);
  });

  it('takes what is good of a batch, and says what is wrong with the rest', async () => {
    const { status, body } = await tell({
      events: [
        { type: 'page_seen', email: 'a@batch.example' },
        { type: 'Page Seen', email: 'a@batch.example' },
        { type: 'page_seen', contactId: '00000000-0000-8000-8000-000000000001' },
        { type: 'page_seen', email: 'a@batch.example', properties: { 'no name': 1 } },
      ],
    });
    expect(status).toBe(200);
    expect(body.results.map(({ state, errors }) => errors[0]?.field ?? state)).toEqual([
      'applied',
      'type',
      'contactId',
      'properties.no name',
    ]);
  });

  it('refuses one that it does not understand, and needs a scope of its own', async () => {
    const bad = await tell({ type: 'page_seen' });
    expect(bad).toMatchObject({ status: 400, body: { errors: [{ field: 'body.email' }] } });
    const old = await tell({ type: 'page_seen', email: 'a@b.co', occurredAt: '2020-01-01T00:00:00Z' });
    expect(old.body.errors?.[0]?.field).toBe('body.occurredAt');
    const key = await engine.keyWith(['write:contacts']);
    expect((await engine.ask('/v1/events', { method: 'POST', key, body: { type: 'x', email: 'a@b.co' } })).status).toBe(
      403,
    );
  });

  it('keeps the books: each accepted event ends somewhere', async () => {
    const { pool } = engine.runtime;
    const sums = async () =>
      (
        await pool.query<{ accepted: number; ended: number }>(
          `select sum(accepted)::int as accepted, sum(applied + duplicate + too_late + parked)::int as ended from engine.books
           where source_id in (select source_id from deliveries.delivery where provider = 'api')`,
        )
      ).rows[0];
    await engine.askUntil('/health/live', () => true);
    const { until } = await import('#testing/until.js');
    await until(async () => (await sums())?.accepted === 6);
    expect(await sums()).toEqual({ accepted: 6, ended: 6 });
  });
});
