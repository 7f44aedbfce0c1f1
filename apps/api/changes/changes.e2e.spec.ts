import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { event, type RunningEngine, runningEngine } from '#testing/api/running-engine.js';
import { until } from '#testing/until.js';
import type { changesShown } from './change-schemas.js';

type Page = z.infer<typeof changesShown>;

let engine: RunningEngine;

beforeAll(async () => {
  engine = await runningEngine();
}, 60_000);
afterAll(() => engine.stop());

async function changesAfter(after: string, count: number): Promise<Page['items']> {
  const page = await engine.askUntil<Page>(`/v1/changes?after=${after}`, ({ items }) => items.length >= count);
  return page.items;
}

const cursorNow = async () => (await engine.ask<{ cursor: string }>('/v1/changes/cursor')).body.cursor;

/** Reads server-sent events until it leaves, on a connection of its own. */
async function listen(from: RunningEngine, headers: Record<string, string> = {}) {
  const asked = get(`${from.url}/v1/changes/stream`, {
    agent: false,
    headers: { authorization: `Bearer ${from.key}`, ...headers },
  });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const seen: { id: string; event: string; data: Page['items'][number] }[] = [];
  let text = '';
  response.setEncoding('utf8').on('data', (part: string) => {
    const blocks = (text + part).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      const [id, kind, data] = [field('id'), field('event'), field('data')];
      if (id && kind && data) seen.push({ id, event: kind, data: JSON.parse(data) });
    }
  });
  return { response, seen, leave: () => asked.destroy() };
}

it('tells what changed of a contact and why, with the contact as it is now, and goes on after its cursor', async () => {
  const start = await cursorNow();
  await engine.sendgrid([
    event('gil@example.com', 'click', { url: 'https://example.com/pricing' }),
    event('gil@example.com', 'click', { url: 'https://example.com/pricing?again' }),
  ]);
  const isGil = ({ contact }: Page['items'][number]) => contact?.email === 'gil@example.com';
  const page = await engine.askUntil<Page>(
    `/v1/changes?after=${start}&limit=1000`,
    ({ items }) => items.filter(isGil).filter(({ cause }) => cause.kind === 'rule').length > 0,
  );
  const changes = page.items.filter(isGil);
  expect(changes[0]).toMatchObject({
    version: 1,
    cause: { kind: 'engagement', engagement: { type: 'clicked' }, rule: null },
    contact: { email: 'gil@example.com' },
  });
  const owned = changes.find(({ cause }) => cause.kind === 'rule');
  expect(owned?.cause.rule).toMatchObject({ version: expect.any(Number), name: expect.any(String) });
  expect(owned?.changes).not.toBeNull();
  const [first] = page.items as [Page['items'][number]];
  const rest = page.items.slice(1).map(({ cursor }) => cursor);
  expect((await changesAfter(first.cursor, rest.length)).map(({ cursor }) => cursor).slice(0, rest.length)).toEqual(
    rest,
  );
  const one = await engine.ask<Page>(`/v1/changes?after=${start}&limit=1`);
  expect(one.body).toMatchObject({ more: true, next: first.cursor, items: [{ cursor: first.cursor }] });
});

it('refuses what is no cursor, and says what to do about one that is not of this feed', async () => {
  const malformed = await engine.ask('/v1/changes?after=zz');
  expect(malformed).toMatchObject({ status: 400, body: { errors: [{ field: 'query.after' }] } });
  const late = Buffer.concat([Buffer.from('0000000000ffffff', 'hex'), Buffer.alloc(6)]).toString('base64url');
  const unknown = await engine.ask(`/v1/changes?after=${late}`);
  expect(unknown).toMatchObject({ status: 410, body: { title: 'Cursor unknown' } });
  expect(unknown.body['detail']).toContain('GET /v1/changes/cursor');
  const stranger = await engine.keyWith(['read:contacts'], 'elsewhere');
  const other = await engine.ask(`/v1/changes?after=${await cursorNow()}`, { key: stranger });
  expect(other.status).toBe(410);
  expect((await engine.ask<Page>('/v1/changes', { key: stranger })).body.items).toEqual([]);
});

it('streams changes as they come, and what was missed after Last-Event-ID', async () => {
  const stream = await listen(engine);
  expect(stream.response.headers['content-type']).toContain('text/event-stream');
  await engine.sendgrid([event('hal@example.com', 'open')]);
  const ofHal = () => stream.seen.find(({ data }) => data.contact?.email === 'hal@example.com');
  await until(() => ofHal() !== undefined);
  const first = ofHal() as (typeof stream.seen)[number];
  expect(first).toMatchObject({ event: 'change', data: { cursor: first.id } });
  stream.leave();
  await engine.sendgrid([event('ida@example.com', 'open')]);
  await engine.askUntil<{ items: unknown[] }>('/v1/contacts?email=ida@example.com', ({ items }) => items.length > 0);
  const again = await listen(engine, { 'last-event-id': first.id });
  await until(() => again.seen.some(({ data }) => data.contact?.email === 'ida@example.com'));
  expect(again.seen.map(({ data }) => data)).toEqual(await changesAfter(first.id, again.seen.length));
  again.leave();
  const bad = await engine.ask('/v1/changes/stream', { headers: { 'last-event-id': '!' } });
  expect(bad).toMatchObject({ status: 400, body: { errors: [{ field: 'header.last-event-id' }] } });
});

it('ends its streams when the process is told to stop', async () => {
  const own = await runningEngine();
  const { response } = await listen(own);
  const ended = once(response, 'end');
  await own.stop();
  await ended;
  expect(response.complete).toBe(true);
}, 60_000);
