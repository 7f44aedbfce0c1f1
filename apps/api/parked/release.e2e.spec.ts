/** A workspace that is held, on the whole engine: what comes is parked undecided, health says so, and released it is all decided. */
import { event, type RunningEngine, runningEngine } from '#testing/api/running-engine.js';
import { afterclick } from '#testing/command-line.js';

interface List {
  readonly items: readonly { readonly reason: string }[];
}

describe('a held workspace', () => {
  let engine: RunningEngine;
  beforeAll(async () => {
    engine = await runningEngine();
    await engine.runtime.pool.query(
      `insert into engine.held_workspace (workspace_id, reason) select id, 'poison' from registry.workspace where name = 'demo'`,
    );
  });
  afterAll(() => engine.stop());

  it('takes everything in and decides nothing, and what is parked is decided once it is released', async () => {
    const addresses = Array.from({ length: 5 }, (_, n) => `held-${n}@example.com`);
    expect((await engine.sendgrid(addresses.map((email) => event(email, 'open')))).status).toBe(200);
    const { items } = await engine.askUntil<List>('/v1/parked', (list) => list.items.length === 5);
    expect(new Set(items.map(({ reason }) => reason))).toEqual(new Set(['behind']));
    const health = await engine.ask('/health/ready');
    expect(health.status).toBe(200);
    expect(JSON.stringify(health.body)).toMatch(/Workspace demo is held since .*afterclick workspaces release demo/);

    const release = (body: object) =>
      engine.ask<{ wasHeld: boolean; contacts: number; next: string | null }>('/v1/parked/release', {
        method: 'POST',
        body,
      });
    const first = await release({ limit: 3 });
    expect(first.body).toMatchObject({ wasHeld: true, contacts: 3 });
    expect((await release({ limit: 3, cursor: first.body.next })).body).toEqual({
      wasHeld: false,
      contacts: 2,
      next: null,
    });
    await engine.askUntil<List>('/v1/parked', (list) => list.items.length === 0);
    await engine.askUntil<{ items: unknown[] }>('/v1/contacts?limit=50', ({ items: found }) => found.length >= 5);
    expect(JSON.stringify((await engine.ask('/health/ready')).body)).not.toContain('is held');
  });

  it('is released by command too', async () => {
    await engine.runtime.pool.query(
      `insert into engine.held_workspace (workspace_id, reason) select id, 'poison' from registry.workspace where name = 'demo'`,
    );
    expect((await engine.sendgrid([event('commanded@example.com', 'open')])).status).toBe(200);
    await engine.askUntil<List>('/v1/parked', (list) => list.items.length === 1);
    const { dataDir } = engine.runtime.configuration;
    const { code, out } = await afterclick('workspaces', 'release', 'demo', '--data', dataDir);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/demo is released\.\n.*of 1 contacts/) });
    expect((await afterclick('workspaces', 'release', 'demo', '--data', dataDir)).out).toContain('was not held');
  });
});
