import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { z } from 'zod';
import { type RunningEngine, runningEngine } from '#testing/api/running-engine.js';
import { until } from '#testing/until.js';
import type { Change } from '../changes/change-schemas.js';
import type { webhookDeliveryPage, webhookShown, webhookWithSecret } from './webhook-schemas.js';

type Shown = z.infer<typeof webhookShown>;
type Made = z.infer<typeof webhookWithSecret>;
type Deliveries = z.infer<typeof webhookDeliveryPage>;

interface Got {
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly told: { readonly type: string; readonly data: Change };
}

/** A receiver of somebody's: keeps what it gets, answers as it is told to. */
class Receiver {
  readonly got: Got[] = [];
  answer: (got: Got, response: ServerResponse) => void = (_, response) => void response.writeHead(204).end();
  readonly #server: Server = createServer((request, response) => void this.#take(request, response));

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hooks?token=hidden`;
  }

  of(email: string): Got[] {
    return this.got.filter(({ told }) => told.data.contact?.email === email);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    const got = { headers: request.headers as Record<string, string>, body, told: JSON.parse(body) };
    this.got.push(got);
    this.answer(got, response);
  }
}

let engine: RunningEngine;
const receivers: Receiver[] = [];
const names = (function* () {
  for (let n = 1; ; n += 1) yield `hook-${n}`;
})();

beforeAll(async () => {
  engine = await runningEngine();
}, 60_000);
afterEach(() => {
  for (const receiver of receivers.splice(0)) receiver.close();
});
afterAll(() => engine.stop());

async function subscribed(wish: object = {}): Promise<{ receiver: Receiver; webhook: Made; path: string }> {
  const receiver = new Receiver();
  receivers.push(receiver);
  const url = await receiver.listen();
  const body = { name: names.next().value, url, filter: { fields: ['attributes.company'] }, ...wish };
  const made = await engine.ask<Made>('/v1/webhooks', { method: 'POST', body });
  expect(made.status).toBe(201);
  return { receiver, webhook: made.body, path: `/v1/webhooks/${made.body.id}` };
}

const write = async (email: string, company: string) =>
  expect((await engine.ask('/v1/contacts', { method: 'PUT', body: { email, set: { company } } })).status).toBe(200);

const versions = (got: readonly Got[]) => got.map(({ told }) => told.data.version);

it('posts changes that the filter lets through, signed as the public package for Standard Webhooks verifies it', async () => {
  const { receiver, webhook, path } = await subscribed();
  await write('kim@example.com', 'Norland');
  await write('kim@example.com', 'Sudland');
  await engine.ask('/v1/contacts', { method: 'PUT', body: { email: 'kim@example.com', set: { plan: 'pro' } } });
  await until(() => receiver.of('kim@example.com').length === 2);
  const verifier = new Webhook(webhook.secret);
  for (const { body, headers } of receiver.got) expect(verifier.verify(body, headers)).toEqual(JSON.parse(body));
  const [, second] = receiver.of('kim@example.com') as [Got, Got];
  expect(second.told).toMatchObject({
    type: 'contact.changed',
    data: { changes: { 'attributes.company': { from: 'Norland', to: 'Sudland' } }, cause: { kind: 'command' } },
  });
  expect(new Set(receiver.got.map(({ headers }) => headers['webhook-id'])).size).toBe(receiver.got.length);
  const { body } = await engine.ask<{ items: Shown[] }>('/v1/webhooks');
  expect(JSON.stringify(body)).not.toContain(webhook.secret);
  expect(body.items.find(({ id }) => id === webhook.id)?.url).toMatch(/\/hooks\?…$/);
  expect((await engine.ask(path, { method: 'DELETE' })).status).toBe(200);
});

it('holds back later changes of a contact while an earlier one fails, and tells those of others meanwhile', async () => {
  const { receiver, path } = await subscribed();
  let refusals = 0;
  receiver.answer = ({ told }, response) => {
    const fails = told.data.contact?.email === 'lea@example.com' && refusals < 2;
    if (fails) refusals += 1;
    response.writeHead(fails ? 500 : 200).end();
  };
  await write('lea@example.com', 'one');
  await write('lea@example.com', 'two');
  await write('mia@example.com', 'one');
  await until(() => receiver.of('mia@example.com').length === 1);
  expect(new Set(versions(receiver.of('lea@example.com'))).size).toBe(1);
  await until(() => receiver.of('lea@example.com').length === 4, 60_000);
  const [first, again, third, last] = receiver.of('lea@example.com') as [Got, Got, Got, Got];
  expect([again.headers['webhook-id'], third.headers['webhook-id']]).toEqual([
    first.headers['webhook-id'],
    first.headers['webhook-id'],
  ]);
  expect(last.told.data.version).toBeGreaterThan(first.told.data.version);
  const { body } = await engine.ask<Deliveries>(`${path}/deliveries`);
  const tried = body.items.find(({ id }) => id === first.headers['webhook-id']);
  expect(tried).toMatchObject({ state: 'delivered', attempts: 3 });
  expect(tried?.tries.map(({ status, reason }) => [status, reason])).toEqual([
    [500, 'http_500'],
    [500, 'http_500'],
    [200, null],
  ]);
  await engine.ask(path, { method: 'DELETE' });
}, 90_000);

it('lets nobody wait for a receiver that is slow', async () => {
  const slow = await subscribed();
  const quick = await subscribed();
  const held: ServerResponse[] = [];
  slow.receiver.answer = (_, response) => void held.push(response);
  await write('nia@example.com', 'one');
  await write('oda@example.com', 'one');
  await until(() => held.length === 2);
  await write('nia@example.com', 'two');
  await until(() => quick.receiver.got.length === 3);
  expect(slow.receiver.got).toHaveLength(2);
  slow.receiver.answer = (_, response) => void response.writeHead(200).end();
  for (const response of held) response.writeHead(200).end();
  await until(() => slow.receiver.got.length === 3);
  for (const { path } of [slow, quick]) await engine.ask(path, { method: 'DELETE' });
});

it('disables a webhook that answers 410, says so, and tells again on demand under the same id', async () => {
  const { receiver, webhook, path } = await subscribed();
  receiver.answer = (_, response) => void response.writeHead(410).end();
  await write('pia@example.com', 'one');
  await engine.askUntil<Shown>(path, ({ state }) => state === 'disabled');
  const ready = await engine.ask<{ notes?: string[] }>('/health/ready');
  expect(JSON.stringify(ready.body)).toContain(`The webhook ${webhook.name} of workspace demo is disabled`);
  await write('pia@example.com', 'two');
  const { body } = await engine.ask<Deliveries>(`${path}/deliveries?state=dead`);
  expect(body.items).toMatchObject([{ reason: 'http_410', attempts: 1 }]);
  const [dead] = body.items as [Deliveries['items'][number]];
  receiver.answer = (_, response) => void response.writeHead(200).end();
  const revived = await engine.ask<Shown>(path, { method: 'PATCH', body: { state: 'active' } });
  expect(revived.body).toMatchObject({ state: 'active', disabledReason: null, failures: 0 });
  await until(() => receiver.got.length === 2);
  expect((await engine.ask(`${path}/deliveries/${dead.id}/redeliver`, { method: 'POST' })).status).toBe(200);
  await until(() => receiver.got.length === 3);
  expect(receiver.got[2]?.headers['webhook-id']).toBe(receiver.got[0]?.headers['webhook-id']);
  expect((await engine.ask(`${path}/deliveries/${webhook.id}/redeliver`, { method: 'POST' })).status).toBe(409);
  await engine.ask(path, { method: 'DELETE' });
});

it('signs with both secrets while one is rotated, and sends a test on demand', async () => {
  const { receiver, webhook, path } = await subscribed();
  const rotated = await engine.ask<Made>(`${path}/rotate`, { method: 'POST', body: { overlapHours: 1 } });
  expect(rotated.body.secret).not.toBe(webhook.secret);
  const test = await engine.ask(`${path}/test`, { method: 'POST' });
  expect(test.body).toMatchObject({ delivered: true, status: 204, reason: null });
  const [{ body, headers }] = receiver.got as [Got];
  for (const secret of [webhook.secret, rotated.body.secret])
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: 'webhook.test' });
  await engine.ask(`${path}/rotate`, { method: 'POST', body: { overlapHours: 0 } });
  await engine.ask(`${path}/test`, { method: 'POST' });
  const last = receiver.got.at(-1) as Got;
  expect(() => new Webhook(webhook.secret).verify(last.body, last.headers)).toThrow();
  receiver.answer = (_, response) => void response.writeHead(500).end('out of order');
  expect((await engine.ask(`${path}/test`, { method: 'POST' })).body).toMatchObject({
    ...{ delivered: false, status: 500, reason: 'http_500', detail: 'HTTP 500: out of order' },
  });
  await engine.ask(path, { method: 'DELETE' });
});

it('leaves out what changed while it was paused where it is asked to', async () => {
  const { receiver, path } = await subscribed();
  await engine.ask(path, { method: 'PATCH', body: { state: 'paused' } });
  await write('rio@example.com', 'one');
  await engine.ask(path, { method: 'PATCH', body: { state: 'active', from: 'now' } });
  await write('rio@example.com', 'two');
  await until(() => receiver.got.length > 0);
  expect(receiver.got.map(({ told }) => told.data.changes?.['attributes.company']?.to)).toEqual(['two']);
  await engine.ask(path, { method: 'DELETE' });
});

it.each([
  [{ url: 'http://10.0.0.1/x' }, 'body.url', 'private or loopback'],
  [{ url: 'ftp://example.com/x' }, 'body.url', 'Expected an address'],
  [{ url: 'https://user:pass@example.com/x' }, 'body.url', 'Leave user and password out'],
  [{ filter: { fields: ['scores'] } }, 'body.filter.fields[0]', 'Expected a field of contacts'],
  [{ filter: { tag: ['x'] } }, 'body.filter.tag', ''],
  [{ retryHours: 0 }, 'body.retryHours', ''],
])('refuses %j by its field', async (wish, field, problem) => {
  const body = { name: 'refused', url: 'https://example.com/x', ...wish };
  const { status, body: answer } = await engine.ask<{ errors: { field: string; problem: string }[] }>('/v1/webhooks', {
    method: 'POST',
    body,
  });
  expect({ status, errors: answer.errors }).toEqual({
    status: 400,
    errors: [{ field, problem: expect.stringContaining(problem) }],
  });
});

it('lets two people not overwrite each other, nor share a name', async () => {
  const one = await subscribed();
  const two = await subscribed();
  const { name } = one.webhook;
  expect((await engine.ask(two.path, { method: 'PATCH', body: { name } })).status).toBe(409);
  const stale = { method: 'PATCH', body: { retryHours: 5 }, headers: { 'if-match': '"9"' } };
  expect((await engine.ask(one.path, stale)).status).toBe(412);
  const stranger = await engine.keyWith(['read:webhooks', 'write:webhooks'], 'elsewhere');
  expect((await engine.ask(one.path, { key: stranger })).status).toBe(404);
  expect((await engine.ask(one.path, { method: 'DELETE', key: stranger })).status).toBe(404);
  for (const { path } of [one, two]) await engine.ask(path, { method: 'DELETE' });
});
