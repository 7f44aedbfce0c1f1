import { createHmac, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { type QuarantineDetail, type StoredRequest, unpackRaw } from '#contracts/deliveries.js';
import { deriveId } from '#contracts/ids.js';
import type { EngagementInput } from '#contracts/inputs.js';
import type { Provider } from '#contracts/provider.js';
import type { LogRecord } from '#contracts/record.js';
import { newDeliveryId } from '#engine/ingest/delivery-id.js';
import type { IngestMeter } from '#engine/ingest/meter.js';
import type { ReplayTokens } from '#engine/ingest/ports.js';
import type { Source } from '#engine/ingest/source.js';
import { MemoryLog, MemoryStore } from '#engine/log/memory.js';
import { openInput } from '#engine/sealing/input-codec.js';
import { MemoryWorkspaceKeys } from '#engine/sealing/memory-keys.js';
import { judge } from '#providers/judge.js';
import { mailgun } from '#providers/mailgun.js';
import { sendgrid } from '#providers/sendgrid.js';
import { ingestModule } from './ingest.module.js';

const NOW = Date.UTC(2026, 10, 24, 12);
const ENGAGEMENTS = 'engagements.g1';
const DELIVERIES = 'deliveries.g1';
const MAX_BYTES = 100_000;

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
const workspaceId = deriveId('workspace', 'acme');

const source = (path: string, more: Partial<Source> = {}): Source => ({
  id: deriveId('source', path),
  workspaceId,
  path,
  name: path,
  provider: 'sendgrid',
  state: 'active',
  settings: { scheme: 'sendgrid-ecdsa-p256-sha256', keys: [spki] },
  ...more,
});

/** Signs nothing away: stands for providers whose normaliser finds nothing, breaks, or greets. */
const odd: Provider = {
  ...sendgrid,
  name: 'odd',
  unavailableStatus: 429,
  slowStatus: 429,
  greet: ({ method }) =>
    method === 'OPTIONS' ? { status: 204, headers: { 'webhook-allowed-rate': '100' } } : undefined,
  verify: () => ({ ok: true, verified: null }),
  normalise({ body }) {
    if (body.toString() === 'throw') throw new Error('cannot');
    return { outcome: 'reject', kind: 'malformed', error: 'nothing to read' };
  },
};

describe('ingest over HTTP', () => {
  const store = new MemoryStore();
  const log = new MemoryLog(store);
  const keys = new MemoryWorkspaceKeys();
  const counted: string[] = [];
  const lags: number[] = [];
  const tokens = new Map<string, string>();
  let tokensAway = false;
  const replayTokens: ReplayTokens = {
    async claim(_, { token, body }) {
      if (tokensAway) throw new Error('away');
      if (!tokens.has(token)) tokens.set(token, body);
      return tokens.get(token) === body;
    },
  };
  let app: NestFastifyApplication;
  let url: string;

  beforeAll(async () => {
    log.createTopic(ENGAGEMENTS, 4);
    log.createTopic(DELIVERIES, 4);
    const sources = [
      source('open-path'),
      source('odd-path', { provider: 'odd', settings: { scheme: 'none', keys: [] } }),
      source('mailgun-path', {
        provider: 'mailgun',
        settings: { scheme: 'mailgun-hmac-sha256', keys: ['signing-key'] },
      }),
      source('paused-path', { state: 'paused' }),
      source('deleted-path', { state: 'deleted' }),
      source('keyless-path', { settings: { scheme: 'sendgrid-ecdsa-p256-sha256', keys: [] } }),
    ];
    const providers: Record<string, Provider> = { sendgrid, mailgun, odd };
    const meter: IngestMeter = {
      received: () => counted.push('received'),
      verified: () => counted.push('verified'),
      rejected: (_, kind) => counted.push(kind),
      stored: () => counted.push('stored'),
      lag: (_, milliseconds) => lags.push(milliseconds),
      unavailable: () => counted.push('unavailable'),
      alarm: (_, message) => counted.push(message),
      alert: (_, message) => counted.push(message),
    };
    const module = await Test.createTestingModule({
      imports: [
        ingestModule(
          {
            sources: { find: (path) => sources.find((one) => one.path === path) },
            providers: { named: (name) => providers[name], judge },
            keys,
            log,
            meter,
            clock: () => NOW,
            newId: newDeliveryId,
            outside: { replayTokens },
            topics: { engagements: ENGAGEMENTS, deliveries: DELIVERIES },
          },
          { maxBytes: MAX_BYTES, timeoutMs: 1_000 },
        ),
      ],
    }).compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(async () => {
    await app.close();
    await log.close();
  });
  beforeEach(() => {
    counted.length = 0;
    for (const topic of [ENGAGEMENTS, DELIVERIES]) for (const partition of store.of(topic)) partition.length = 0;
    store.away = false;
  });

  const event = (email: string, more: object = {}) => ({
    email,
    event: 'click',
    timestamp: NOW / 1000 - 60,
    sg_event_id: randomBytes(8).toString('hex'),
    sg_message_id: 'm1.filter',
    url: 'https://example.com/pricing',
    ...more,
  });
  const signed = (body: Buffer | string): Record<string, string> => {
    const timestamp = String(NOW / 1000);
    const signature = createSign('sha256').update(timestamp).update(body).sign(privateKey, 'base64');
    return {
      'x-twilio-email-event-webhook-signature': signature,
      'x-twilio-email-event-webhook-timestamp': timestamp,
    };
  };
  const post = (path: string, body: Buffer | string, headers: Record<string, string> = {}, query = '') =>
    fetch(`${url}/ingest/${path}${query}`, {
      method: 'POST',
      body: typeof body === 'string' ? body : new Uint8Array(body),
      headers,
    });
  const postEvents = (events: readonly unknown[], headers: Record<string, string> = {}) => {
    const body = JSON.stringify(events);
    return post('open-path', body, { 'content-type': 'application/json', ...signed(body), ...headers });
  };
  const records = (topic: string): LogRecord[] => store.of(topic).flat();

  it('stores every good element of a signed batch, quarantines the bad one, and then answers 200', async () => {
    const text = `[${JSON.stringify(event('Ann@Example.com'))}, {"email": 7,  "event": null}, ${JSON.stringify(event('bo@example.com'))}]`;
    const answer = await post('open-path', text, { ...signed(text), 'content-type': 'application/json' });
    expect(answer.status).toBe(200);
    const told = (await answer.json()) as { delivery: string };
    expect(told).toEqual({ delivery: expect.stringMatching(/^[0-9a-f-]{36}$/), engagements: 2, quarantined: 1 });

    const key = await keys.daily(workspaceId, NOW, 'engagements');
    const rawKey = await keys.daily(workspaceId, NOW, 'deliveries');
    const inputs = records(ENGAGEMENTS).map((record) => openInput(record, key) as EngagementInput);
    expect(inputs.map(({ data }) => data.index).sort()).toEqual([0, 2]);
    const ann = inputs.find(({ data }) => data.index === 0);
    expect(ann?.pii).toMatchObject({
      identity: { kind: 'email', value: 'ann@example.com' },
      recipient: 'Ann@Example.com',
      url: 'https://example.com/pricing',
    });
    expect(ann?.data).toMatchObject({ engagement: 'clicked', deliveryId: told.delivery, receivedAt: NOW });
    expect(ann?.data.keys).toHaveLength(2);

    const [delivery] = records(DELIVERIES).filter(({ type }) => type === 'delivery_received');
    expect(delivery?.data).toMatchObject({ outcome: 'accepted', engagements: 2, unreadable: 1 });
    const whole = unpackRaw<StoredRequest>(rawKey.openBytes(delivery?.sealed as Buffer, delivery?.id as string));
    expect(whole.bytes.toString()).toBe(text);
    expect(whole.about.headers['content-type']).toBe('application/json');
    const [bad] = records(DELIVERIES).filter(({ type }) => type === 'element_quarantined');
    expect(bad?.data).toMatchObject({ element: 1, reason: 'unreadable', deliveryId: told.delivery });
    const part = unpackRaw<QuarantineDetail>(rawKey.openBytes(bad?.sealed as Buffer, bad?.id as string));
    expect(part.bytes.toString()).toBe('{"email": 7,  "event": null}');
    expect(counted).toEqual(['received', 'verified', 'stored']);
  });

  it('shows nothing of a person in clear on the log', async () => {
    await postEvents([event('secret-person@example.com', { ip: '203.0.113.9', useragent: 'Agent X' })]);
    const clear = JSON.stringify(
      [...records(ENGAGEMENTS), ...records(DELIVERIES)].map(({ sealed: _, ...rest }) => rest),
    );
    expect(clear).not.toMatch(/secret-person|203\.0\.113|Agent X|pricing|open-path/);
  });

  it('gives the same event of two deliveries the same key of its person and the same de-duplication keys', async () => {
    const once = event('ann@example.com');
    await postEvents([once]);
    await postEvents([{ ...once }, event('ann@example.com')]);
    const inputs = records(ENGAGEMENTS);
    expect(new Set(inputs.map(({ key }) => key)).size).toBe(1);
    expect(new Set(inputs.map(({ id }) => id)).size).toBe(3);
    const dedup = inputs.map(({ data }) => (data as unknown as EngagementInput['data']).keys[0]);
    expect(new Set(dedup).size).toBe(2);
  });

  it.each([
    ['another key', (body: string) => ({ ...signed(`${body} `) })],
    ['no signature', () => ({})],
    ['a garbled signature', (body: string) => ({ ...signed(body), 'x-twilio-email-event-webhook-signature': '%%%' })],
  ])('answers 401 to %s, and keeps nothing', async (_, headers) => {
    const body = JSON.stringify([event('ann@example.com')]);
    const answer = await post('open-path', body, headers(body));
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(answer.headers.get('www-authenticate')).toMatch('Signature');
    expect(records(DELIVERIES)).toEqual([]);
    expect(counted).toEqual(['received', 'signature']);
  });

  it('refuses everything while a source has no key', async () => {
    const body = '[]';
    expect((await post('keyless-path', body, signed(body))).status).toBe(401);
  });

  it.each([
    ['an unknown path', 'nobody', 404, 'unknown_source'],
    ['a deleted source', 'deleted-path', 410, 'deleted'],
    ['a paused source', 'paused-path', 503, 'paused'],
  ])('answers %s before reading its body', async (_, path, status, kind) => {
    const answer = await post(path, 'x'.repeat(1000));
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ status });
    expect(counted).toEqual([kind]);
  });

  it('refuses a body over the limit and names the limit, packed or not', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * MAX_BYTES, ' '));
    for (const [body, headers] of [
      [Buffer.alloc(MAX_BYTES + 1), {}],
      [bomb, { 'content-encoding': 'gzip' }],
    ] as const) {
      const answer = await post('open-path', body, headers);
      expect(answer.status).toBe(413);
      expect(((await answer.json()) as { detail: string }).detail).toContain(String(MAX_BYTES));
    }
    expect(counted).toEqual(['too_large', 'too_large']);
  });

  it('unpacks a packed body before it verifies', async () => {
    const body = JSON.stringify([event('ann@example.com')]);
    const answer = await post('open-path', gzipSync(body), { ...signed(body), 'content-encoding': 'gzip' });
    expect(answer.status).toBe(200);
    expect((await post('open-path', 'no gzip', { 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await post('open-path', 'x', { 'content-encoding': 'zstd' })).status).toBe(415);
  });

  it.each(['text/plain; charset=UTF-8', 'application/cloudevents+json', 'no type at all', ''])(
    'takes any content type: "%s"',
    async (type) => {
      const answer = await postEvents([event('ann@example.com')], type === '' ? {} : { 'content-type': type });
      expect(answer.status).toBe(200);
    },
  );

  it('answers as the provider wants it while the log is away, and stores on its repeat', async () => {
    store.away = true;
    const away = await postEvents([event('ann@example.com')]);
    expect(away.status).toBe(503);
    expect(away.headers.get('retry-after')).toBe('10');
    expect((await post('odd-path', 'x')).status).toBe(429);
    store.away = false;
    expect((await postEvents([event('ann@example.com')])).status).toBe(200);
    expect(counted).toContain('unavailable');
  });

  it('answers 200 and quarantines the whole body when nothing in it can be read', async () => {
    expect((await post('odd-path', 'mist')).status).toBe(200);
    const [bad] = records(DELIVERIES).filter(({ type }) => type === 'element_quarantined');
    expect(bad?.data).toMatchObject({ element: null, reason: 'malformed' });
  });

  it('keeps a verified body whose normaliser fails, and shows nothing of the fault', async () => {
    const answer = await post('odd-path', 'throw');
    expect(answer.status).toBe(200);
    expect(await answer.text()).not.toContain('cannot');
    expect(records(DELIVERIES).find(({ type }) => type === 'element_quarantined')?.data).toMatchObject({
      reason: 'normaliser_failed',
    });
  });

  it('keeps no credentials with the request', async () => {
    const headers = { authorization: 'Basic eDp5', cookie: 'a=b', 'x-webhook-token': 't', 'x-kept': 'yes' };
    await post('odd-path', 'mist', headers, '?token=abc123&page=2');
    const key = await keys.daily(workspaceId, NOW, 'deliveries');
    const [delivery] = records(DELIVERIES).filter(({ type }) => type === 'delivery_received');
    const { about } = unpackRaw<StoredRequest>(key.openBytes(delivery?.sealed as Buffer, delivery?.id as string));
    expect(about.headers).toMatchObject({ 'x-kept': 'yes' });
    expect(Object.keys(about.headers)).not.toEqual(expect.arrayContaining(['authorization']));
    expect(JSON.stringify(about)).not.toMatch(/abc123|odd-path|eDp5|a=b/);
    expect(about.url).toContain('page=2');
  });

  it('refuses a one-time token that comes again with another body, but takes everything in while its memory is away', async () => {
    const timestamp = String(NOW / 1000);
    const token = randomBytes(25).toString('hex');
    const signature = createHmac('sha256', 'signing-key')
      .update(timestamp + token)
      .digest('hex');
    const send = (recipient: string) => {
      const data = { id: 'e1', event: 'opened', timestamp: NOW / 1000, recipient };
      return post('mailgun-path', JSON.stringify({ signature: { timestamp, token, signature }, 'event-data': data }));
    };
    expect((await send('ann@example.com')).status).toBe(200);
    expect((await send('ann@example.com')).status).toBe(200);
    expect((await send('forged@example.com')).status).toBe(401);
    expect(counted).toContain('replay');
    const taken = (topic: string) =>
      store
        .of(topic)
        .flat()
        .map(({ data }) => data['replay']);
    expect([...taken(ENGAGEMENTS), ...taken(DELIVERIES)].filter((replay) => replay !== undefined)).toEqual([]);
    tokensAway = true;
    expect((await send('forged@example.com')).status).toBe(200);
    expect((await send('ann@example.com')).status).toBe(200);
    tokensAway = false;
    // To be judged where it is applied: one token with two bodies, each on its engagement and on its request, nothing of either in clear.
    const claims = [...tokens].map(([token, body]) => ({ token, body }));
    expect(taken(ENGAGEMENTS).filter((replay) => replay !== undefined)).toEqual(
      expect.arrayContaining([
        claims[0],
        { token: claims[0]?.token, body: expect.not.stringMatching(claims[0]?.body ?? '') },
      ]),
    );
    expect(taken(DELIVERIES).filter((replay) => replay !== undefined)).toHaveLength(2);
    expect(JSON.stringify(taken(ENGAGEMENTS))).not.toContain(token);
  });

  it('greets where the provider greets, and takes nothing else but POST', async () => {
    const greeted = await fetch(`${url}/ingest/odd-path`, { method: 'OPTIONS' });
    expect([greeted.status, greeted.headers.get('webhook-allowed-rate')]).toEqual([204, '100']);
    const got = await fetch(`${url}/ingest/open-path`);
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await fetch(`${url}/ingest/open-path`, { method: 'HEAD' })).status).toBe(405);
    expect((await fetch(`${url}/ingest/open-path`, { method: 'PUT', body: '[]' })).status).toBe(405);
  });

  it.each([
    ['open-path', 408],
    ['odd-path', 429],
  ])('gives up on a body that does not come, so that its sender comes again: %s, %s', async (path, status) => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () =>
        socket.write(`POST /ingest/${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc`),
      );
      socket.once('data', (data) => {
        resolve(data.toString());
        socket.destroy();
      });
      socket.once('error', reject);
    });
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(counted).toEqual(['slow']);
  });
});
