/** A workspace in which there is one of everything: what the API shows is then never empty. Answers the ids by name. */
import { until } from '../until.js';
import { event, type RunningEngine } from './running-engine.js';

/** Lets one of everything come about: a hot lead, a suppression, quarantine, a parked input, dead letters. */
export async function oneOfEverything(engine: RunningEngine): Promise<Readonly<Record<string, string>>> {
  const ids: Record<string, string> = {};
  const click = (path: string) => event('ada@example.com', 'click', { url: `https://example.com${path}` });
  await engine.sendgrid([
    event('ines@example.com', 'bounce', { type: 'bounce', status: '5.1.1', reason: 'no such user' }),
  ]);
  const { body } = await engine.sendgrid([click('/pricing'), click('/pricing?again')]);
  ids['delivery'] = body.delivery;
  await engine.sendgrid('[{"email":');
  const ada = await engine.askUntil<{ items: { id: string; engagements: number }[] }>(
    '/v1/contacts?email=Ada@Example.com',
    ({ items }) => items[0]?.engagements === 2,
  );
  ids['ada'] = ada.items[0]?.id ?? '';
  const bounced = await engine.askUntil<{ items: { id: string }[] }>(
    '/v1/contacts?email=ines@example.com',
    ({ items }) => items.length > 0,
  );
  ids['ines'] = bounced.items[0]?.id ?? '';
  const inbox = await engine.askUntil<{ items: { effectId: string }[] }>(
    '/v1/notifications',
    ({ items }) => items.length > 0,
  );
  ids['effect'] = inbox.items[0]?.effectId ?? '';
  const kept = await engine.askUntil<{ items: { id: string }[] }>('/v1/quarantine', ({ items }) => items.length > 0);
  ids['quarantined'] = kept.items[0]?.id ?? '';
  ids['understood'] = await understoodNow(engine, ids['delivery']);
  const made = await engine.ask<{ id: string }>('/v1/sources', {
    method: 'POST',
    body: { name: 'shop', provider: 'generic-hmac' },
  });
  ids['source'] = made.body.id;
  const imported = await engine.ask<{ id: string }>('/v1/imports', {
    method: 'POST',
    body: { format: 'csv', size: 14 },
  });
  ids['import'] = imported.body.id;
  const key = await engine.ask<{ id: string }>('/v1/keys', {
    method: 'POST',
    body: { name: 'old', scopes: ['read:rules'] },
  });
  ids['key'] = key.body.id;
  await engine.ask('/v1/rules/other/draft', { method: 'PUT', body: { yaml: 'rule: other\n' } });
  ids['dead'] = ids['effect'];
  await makeDead(engine, ids);
  ids['parked'] = await park(engine);
  await tell(engine, ids);
  return ids;
}

/** A part in quarantine that the parser of today understands: the first element of a good delivery. */
async function understoodNow({ runtime: { pool } }: RunningEngine, deliveryId: string): Promise<string> {
  const id = '44444444-4444-8444-8444-444444444444';
  await until(async () => {
    const { rowCount } = await pool.query(
      `insert into deliveries.quarantine (id, workspace_id, source_id, delivery_id, element, received_at, reason, sealed)
       select $1, workspace_id, source_id, id, 0, received_at, 'unreadable', sealed from deliveries.delivery where id = $2`,
      [id, deliveryId],
    );
    return rowCount === 1;
  });
  return id;
}

/** A webhook, and a change that it was told: the row as delivery leaves it. Nobody listens at its address. */
async function tell(engine: RunningEngine, ids: Record<string, string>): Promise<void> {
  const body = { name: 'crm', url: 'http://127.0.0.1:9/hook', filter: { stages: ['nowhere'] } };
  const made = await engine.ask<{ id: string }>('/v1/webhooks', { method: 'POST', body });
  ids['webhook'] = made.body.id;
  ids['told'] = '55555555-5555-8555-8555-555555555555';
  await engine.runtime.pool.query(
    `insert into delivery.effect_queue (effect_id, target, workspace_id, contact_id, version, kind, not_after, event_id, data, sealed,
       state, attempts, settled_at)
     select $1, 'webhook:' || id, workspace_id, $3, 1, 'contact.changed', now() + interval '1 day', $1, '{"position": 1}', '',
       'delivered', 1, now() from registry.webhook where id = $2`,
    [ids['told'], ids['webhook'], ids['ada']],
  );
}

const INPUT = '33333333-3333-8333-8333-333333333333';

/** Two effects that a webhook has refused: rows as delivery leaves them. */
async function makeDead({ runtime: { pool } }: RunningEngine, ids: Record<string, string>): Promise<void> {
  ids['dead2'] = '11111111-1111-8111-8111-111111111111';
  const copy = `insert into delivery.effect_queue (effect_id, target, workspace_id, contact_id, version, kind, not_after, event_id, data, sealed,
    state, attempts, last_reason, settled_at)
    select $2, 'webhook', workspace_id, contact_id, version, kind, now() + interval '1 day', event_id, data, sealed, 'dead', 9, 'http_500', now()
    from delivery.effect_queue where effect_id = $1 and target = 'inbox'`;
  for (const effectId of [ids['dead'], ids['dead2']]) await pool.query(copy, [ids['dead'], effectId]);
}

/** An input whose sealed part does not open. */
async function park(engine: RunningEngine): Promise<string> {
  const { log, topics, clock, pool } = engine.runtime;
  const contactId = '22222222-2222-8222-8222-222222222222';
  const { rows } = await pool.query<{ id: string }>(`select id from registry.workspace where name = 'demo'`);
  const record = { type: 'contact_upsert', v: 1, data: {}, sealed: Buffer.from('not sealed at all') };
  const address = {
    topic: topics.engagements,
    key: contactId,
    workspaceId: rows[0]?.id ?? '',
    id: INPUT,
    at: clock(),
  };
  await log.append([{ ...address, ...record }]);
  await engine.askUntil<{ items: unknown[] }>('/v1/parked', ({ items }) => items.length > 0);
  return contactId;
}
