/** What is let in before a body is read: by address, by rate, by the room there is. */
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { MemoryIngest, memorySource } from '#testing/ingest/memory-ingest.js';
import { until } from '#testing/until.js';

const KB = 1024;
const EVENT = '[{"event":"open","email":"ann@example.com","timestamp":1795521600}]';

describe('who is let in', () => {
  let ingest: MemoryIngest;
  let now = Date.UTC(2026, 10, 24, 12);
  const start = async (trustedProxies: readonly string[]) => {
    ingest = await MemoryIngest.start({
      now: () => now,
      trustedProxies,
      roomBytes: 400 * KB,
      limits: { timeoutMs: 20_000 },
      sources: [
        memorySource('here', 'sendgrid', { policy: { addresses: ['127.0.0.1'] } }),
        memorySource('there', 'sendgrid', { policy: { addresses: ['203.0.113.0/24'] } }),
        memorySource('postmark', 'postmark', { policy: { addresses: ['published'] } }),
        memorySource('slow', 'sendgrid', { policy: { ratePerSecond: 1, burst: 2 } }),
        memorySource('slow-brevo', 'brevo', { policy: { ratePerSecond: 1, burst: 1 } }),
        memorySource('slow-generic', 'generic-hmac', { policy: { ratePerSecond: 1, burst: 1 } }),
        memorySource('small', 'sendgrid', { policy: { maxBodyBytes: 100 } }),
        memorySource('loud', 'sendgrid'),
        memorySource('quiet', 'sendgrid'),
      ],
      fresh: [memorySource('fresh', 'sendgrid')],
    });
  };
  afterEach(() => ingest.close());

  const post = async (
    path: string,
    forwarded?: string,
    body: string | Buffer = EVENT,
    more: Record<string, string> = {},
  ) => {
    const headers = { ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }), ...more };
    const answer = await fetch(`${ingest.url}/ingest/${path}`, {
      method: 'POST',
      body: typeof body === 'string' ? body : new Uint8Array(body),
      headers,
    });
    await answer.arrayBuffer();
    return answer;
  };
  const statuses = (path: string, ...forwarded: (string | undefined)[]): Promise<number[]> =>
    Promise.all(forwarded.map(async (chain) => (await post(path, chain)).status));

  it('knows a source that was made a moment ago, from its first request on', async () => {
    await start([]);
    expect(await statuses('fresh', undefined, undefined)).toEqual([200, 200]);
    expect((await post('nobody')).status).toBe(404);
    expect(ingest.counted.filter((what) => what === 'unknown_source')).toHaveLength(1);
  });

  it('goes by the address of the connection when no proxy is trusted, whatever a header says', async () => {
    await start([]);
    expect(await statuses('here', undefined, '203.0.113.9')).toEqual([200, 200]);
    expect(await statuses('there', undefined, '203.0.113.9', '203.0.113.9, 127.0.0.1')).toEqual([401, 401, 401]);
    expect(ingest.counted).toContain('address');
  });

  it('reads X-Forwarded-For from the right, through trusted proxies only', async () => {
    await start(['127.0.0.1', '10.0.0.0/8']);
    const allowed = [
      '203.0.113.9',
      ' 203.0.113.9:4711 ',
      '198.51.100.1, 203.0.113.9',
      '203.0.113.9, 10.1.2.3',
      '::ffff:203.0.113.9',
    ];
    expect(await statuses('there', ...allowed)).toEqual(allowed.map(() => 200));
    const spoofed = [
      '203.0.113.9, 198.51.100.1',
      '203.0.113.9, 198.51.100.1, 10.1.2.3',
      '203.0.113.9,mist',
      '203.0.113.9, unknown, 10.1.2.3',
      '',
      'mist',
    ];
    expect(await statuses('there', ...spoofed)).toEqual(spoofed.map(() => 401));
  });

  it('takes the published addresses of the provider as a preset; Postmark is never told 403', async () => {
    await start(['127.0.0.1']);
    expect(await statuses('postmark', '50.31.156.77', '50.31.156.78')).toEqual([200, 401]);
  });

  it.each([
    ['slow', 2, 503],
    ['slow-brevo', 1, 429],
    ['slow-generic', 1, 429],
  ])('tells %s to come later when it sends faster than it may', async (path, burst, status) => {
    await start([]);
    for (let i = 0; i < burst; i += 1) expect((await post(path)).status).toBe(200);
    const answer = await post(path);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, '1']);
    expect(ingest.counted).toContain('rate');
    expect((await post('quiet')).status).toBe(200);
    now += 1_000;
    expect((await post(path)).status).toBe(200);
  });

  it('has a limit for the body of each source, packed or not', async () => {
    await start([]);
    const large = JSON.stringify([{ event: 'open', email: 'ann@example.com', note: 'x'.repeat(200) }]);
    expect((await post('small')).status).toBe(200);
    expect((await post('small', undefined, large)).status).toBe(413);
    expect((await post('small', undefined, gzipSync(large), { 'content-encoding': 'gzip' })).status).toBe(413);
    expect((await post('quiet', undefined, large)).status).toBe(200);
  });

  it('keeps room for others while one source floods, and gives it back', async () => {
    await start([]);
    // Bodies that are declared and do not come.
    const open = Array.from({ length: 6 }, () => {
      const sending = request(`${ingest.url}/ingest/loud`, {
        method: 'POST',
        headers: { 'content-length': String(60 * KB) },
      });
      sending.on('error', () => undefined);
      sending.write('[');
      return sending;
    });
    const refused = () => ingest.counted.filter((kind) => kind === 'busy').length;
    await until(() => refused() === 3);
    const busy = await post('loud');
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '2']);
    expect((await post('quiet')).status).toBe(200);
    for (const sending of open) sending.destroy();
    await until(async () => (await post('loud')).status === 200);
  });

  it('holds what comes undeclared against the room too', async () => {
    await start([]);
    const status = await new Promise<number>((resolve, reject) => {
      const sending = request(`${ingest.url}/ingest/loud`, { method: 'POST' }, ({ statusCode }) =>
        resolve(statusCode ?? 0),
      );
      sending.on('error', reject);
      sending.write(Buffer.alloc(90 * KB, ' '));
      sending.end(EVENT);
    });
    expect(status).toBe(200);
    await until(() => ingest.counted.includes('stored'));
  });

  it('counts a sender that breaks off as slow, and raises no alarm', async () => {
    await start([]);
    const sending = request(`${ingest.url}/ingest/loud`, { method: 'POST', headers: { 'content-length': '100' } });
    sending.on('error', () => undefined);
    sending.write('[', () => sending.destroy());
    await until(() => ingest.counted.length > 0);
    expect(ingest.counted).toEqual(['slow']);
  });
});
