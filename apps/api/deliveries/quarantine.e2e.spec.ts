/** Quarantine and second readings, tried on the whole engine: what is understood after a fix counts once, and the books stay balanced. */
import { type RunningEngine, runningEngine } from '#testing/api/running-engine.js';
import { until } from '#testing/until.js';

interface Part {
  readonly id: string;
  readonly element: number | null;
  readonly deliveryId: string;
}
interface Contact {
  readonly engagements: number;
}

describe('quarantine', () => {
  let engine: RunningEngine;
  let source: { readonly id: string; readonly url: string };

  beforeAll(async () => {
    engine = await runningEngine();
    const body = { name: 'shop', provider: 'generic-hmac', scheme: 'none', settings: { fields: { type: 'kind' } } };
    source = (await engine.ask<{ id: string; url: string }>('/v1/sources', { method: 'POST', body })).body;
    await until(async () => (await send([])) === 200);
  });
  afterAll(() => engine.stop());

  const send = async (events: readonly object[] | string): Promise<number> => {
    const body = typeof events === 'string' ? events : JSON.stringify(events);
    return (await fetch(source.url, { method: 'POST', body })).status;
  };
  const waiting = (count: number): Promise<{ items: readonly Part[] }> =>
    engine.askUntil<{ items: readonly Part[] }>(
      `/v1/quarantine?source=${source.id}`,
      ({ items }) => items.length === count,
    );
  const redrive = (id: string) => engine.ask(`/v1/quarantine/${id}/redrive`, { method: 'POST' });
  const change = (body: object) => engine.ask(`/v1/sources/${source.id}`, { method: 'PATCH', body });
  /** Ingest has it when it lets nobody in, and then everybody again. */
  const fields = async (type: string): Promise<void> => {
    await change({ settings: { fields: { type } }, policy: { addresses: ['203.0.113.1'] } });
    await until(async () => (await send([])) === 401);
    await change({ policy: { addresses: null } });
    await until(async () => (await send([])) === 200);
  };
  const contact = async (email: string): Promise<Contact | undefined> =>
    (await engine.ask<{ items: Contact[] }>(`/v1/contacts?email=${email}`)).body.items[0];
  const renormalise = (more: object = {}) =>
    engine.ask<{ engagements: number; deliveries: number; settled: number; next: string | null }>(
      '/v1/deliveries/renormalise',
      {
        method: 'POST',
        body: { source: source.id, since: '2020-01-01T00:00:00Z', ...more },
      },
    );
  const books = async () => {
    const { rows } = await engine.runtime.pool.query<Record<string, number>>(
      `select sum(accepted)::int accepted, sum(applied)::int applied, sum(duplicate)::int duplicate, sum(too_late)::int late,
         sum(parked)::int parked, sum(quarantined)::int quarantined from engine.books where source_id = $1`,
      [source.id],
    );
    return rows[0] as Record<string, number>;
  };
  const balanced = async (): Promise<boolean> => {
    const { accepted, applied = 0, duplicate = 0, late = 0, parked = 0, quarantined = 0 } = await books();
    return accepted === applied + duplicate + late + parked + quarantined;
  };

  it('is driven again after a fix: what is understood then counts once', async () => {
    expect(
      await send([
        { kind: 'opened', email: 'good@example.com', id: '1' },
        { was: 'opened', email: 'ann@example.com', id: '2' },
      ]),
    ).toBe(200);
    const [part] = (await waiting(1)).items;
    expect(part?.element).toBe(1);
    const refused = await redrive(part?.id ?? '');
    expect([refused.status, refused.body['detail']]).toEqual([422, 'the element has no type']);

    await fields('was');
    expect((await redrive(part?.id ?? '')).body).toEqual({ engagements: 1 });
    await until(async () => (await contact('ann@example.com'))?.engagements === 1);
    await waiting(0);
    expect((await redrive(part?.id ?? '')).status).toBe(409);
    // The sender sends the same again: it is known.
    expect(await send([{ was: 'opened', email: 'ann@example.com', id: '2' }])).toBe(200);
    await until(async () => (await books())['duplicate'] === 1);
    expect((await contact('ann@example.com'))?.engagements).toBe(1);
    await until(balanced);
    expect(await books()).toMatchObject({ accepted: 3, applied: 2, quarantined: 0 });
  });

  it('two who drive it again at once take it out of the books once', async () => {
    await fields('kind');
    await send([{ was: 'opened', email: 'bo@example.com', id: '3' }]);
    const [part] = (await waiting(1)).items;
    await fields('was');
    const answers = await Promise.all([1, 2, 3].map(() => redrive(part?.id ?? '')));
    expect(answers.map(({ status }) => status)).toContain(200);
    await waiting(0);
    await until(balanced);
    expect(await books()).toMatchObject({ applied: 3, quarantined: 0 });
    await until(async () => (await contact('bo@example.com'))?.engagements === 1);
  });

  it('is discarded on purpose, and stays counted', async () => {
    await send('[{"email":');
    await send([{ nothing: 1 }]);
    const { items } = await waiting(2);
    const discard = (body: object) => engine.ask('/v1/quarantine/discard', { method: 'POST', body });
    expect((await discard({ ids: [items[0]?.id] })).body).toEqual({ discarded: 1 });
    expect((await discard({ source: source.id })).body).toEqual({ discarded: 1 });
    await waiting(0);
    expect((await redrive(items[0]?.id ?? '')).status).toBe(409);
    expect(await books()).toMatchObject({ quarantined: 2 });
    await until(balanced);
  });

  it('keeps a letter with its attachments whole, where inbound mail is 30 MB', async () => {
    const attachment = 'QUJD'.repeat(7_500_000);
    expect(await send([{ nothing: 'inbound', attachment }])).toBe(200);
    const [part] = (await waiting(1)).items;
    const { request } = await engine.askUntil<{ request?: { body: string } }>(
      `/v1/deliveries/${part?.deliveryId}`,
      (answer) => answer.request !== undefined,
    );
    expect(request?.body).toHaveLength(attachment.length + '[{"nothing":"inbound","attachment":""}]'.length);
    await engine.ask('/v1/quarantine/discard', { method: 'POST', body: { ids: [part?.id] } });
    await waiting(0);
  });

  it('requests are read again with a newer parser: what is new counts, what was known does not', async () => {
    await fields('kind');
    await send([
      { kind: 'view', was: 'clicked', email: 'cy@example.com', id: '4' },
      { was: 'clicked', email: 'di@example.com', id: '5' },
    ]);
    await waiting(1);
    await until(async () => (await contact('cy@example.com'))?.engagements === 1);
    await fields('was');
    const first = await renormalise({ limit: 2 });
    expect(first.body.next).not.toBeNull();
    const rest = await renormalise({ cursor: first.body.next });
    expect(rest.body.next).toBeNull();
    expect(first.body.settled + rest.body.settled).toBe(1);
    await until(async () => (await contact('cy@example.com'))?.engagements === 2);
    await until(async () => (await contact('di@example.com'))?.engagements === 1);
    await waiting(0);
    await until(balanced);
    const { applied, duplicate = 0 } = await books();

    const again = await renormalise();
    expect(again.body.engagements).toBeGreaterThan(4);
    await until(async () => (await books())['duplicate'] === duplicate + again.body.engagements);
    expect((await books())['applied']).toBe(applied);
    await until(balanced);
  });

  it('is said by readiness once enough waits', async () => {
    const { pool } = engine.runtime;
    await pool.query(
      `insert into deliveries.quarantine (id, workspace_id, source_id, delivery_id, received_at, reason, sealed)
       select gen_random_uuid(), workspace_id, id, gen_random_uuid(), now(), 'unreadable', '' from registry.source, generate_series(1, 100)
       where id = $1`,
      [source.id],
    );
    const { checks } = (
      await engine.ask<{ checks: { part: string; ok: boolean; reasons: string[] }[] }>('/health/ready')
    ).body;
    expect(checks.find(({ part }) => part === 'quarantine')).toEqual({
      part: 'quarantine',
      ok: true,
      reasons: [expect.stringMatching(/^100 parts of requests or more wait in quarantine in workspace demo/)],
    });
  });
});
