/** Requests that are begun and not ended: each has an answer, whatever its method and its path, and the next one has too. */

import { say } from '#testing/fuzz/wire.js';
import { MemoryIngest, memorySource } from '#testing/ingest/memory-ingest.js';

const PATIENCE_MS = 15_000;

describe('a body that never ends', () => {
  let ingest: MemoryIngest;

  beforeAll(async () => {
    ingest = await MemoryIngest.start({
      sources: [memorySource('mail', 'sendgrid'), memorySource('sns', 'ses'), memorySource('brevo', 'brevo')],
      limits: { timeoutMs: 300 },
    });
  });
  afterAll(() => ingest.close());

  const begin = (line: string, ...headers: string[]) =>
    say(
      ingest.url,
      { parts: [Buffer.from(`${[`${line} HTTP/1.1`, 'host: a', ...headers].join('\r\n')}\r\n\r\n[{"eve`)], pauseMs: 0 },
      PATIENCE_MS,
    );

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('is given up: %s with a length', async (method) => {
    expect(await begin(`${method} /ingest/mail`, 'content-length: 100')).toBe(408);
    expect(ingest.counted).toContain('slow');
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    'is given up: %s with a content type that nobody reads',
    async (method) => {
      expect(await begin(`${method} /ingest/mail`, 'content-length: 100', 'content-type: image/png')).toBe(408);
    },
  );

  it.each([
    ['sns', 503],
    ['brevo', 429],
  ])('is answered so that a provider sends again which would not after a 408: %s, %s', async (path, status) => {
    expect(await begin(`POST /ingest/${path}`, 'content-length: 100')).toBe(status);
  });

  it('is given up when it comes in chunks', async () => {
    const chunk = Buffer.from(
      'POST /ingest/mail HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\n[{"ev\r\n',
    );
    expect(await say(ingest.url, { parts: [chunk], pauseMs: 0 }, PATIENCE_MS)).toBe(408);
  });

  it.each([
    ['GET /ingest/mail', 405],
    ['HEAD /ingest/mail', 405],
    ['PUT /ingest/nobody', 404],
    ['POST /ingest/nobody', 404],
    ['POST /ingest/', 404],
    ['PUT /ingest/mail/more', 404],
    ['PUT /nowhere', 404],
    ['PROPFIND /ingest/mail', 404],
    ['PURGE /ingest/mail', 404],
  ])('is not waited for where it is not read: %s', async (line, status) => {
    expect(await begin(line, 'content-length: 100')).toBe(status);
  });

  it('leaves the server as it was', async () => {
    const body = '[{"event":"open","email":"ann@example.com","timestamp":1795521600}]';
    const answer = await fetch(`${ingest.url}/ingest/mail`, { method: 'POST', body });
    expect(answer.status).toBe(200);
    expect(ingest.faults).toEqual([]);
  });
});
