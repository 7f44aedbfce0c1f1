import { normalizeRequest } from './normalize-request.js';
import { linesOf, normalizeStream } from './normalize-stream.js';

const line = (more: object = {}): string =>
  JSON.stringify({
    id: 'r-1',
    provider: 'postmark',
    method: 'POST',
    url: 'https://crm.test/ingest/s',
    headers: { 'Content-Type': 'application/json', AUTHORIZATION: `Basic ${Buffer.from('u: p ').toString('base64')}` },
    bodyBase64: Buffer.from('{"RecordType":"Open","Recipient":"ann@acme.test"}').toString('base64'),
    now: null,
    source: { scheme: 'http-basic', keys: ['u: p '] },
    ...more,
  });

describe('normalizeRequest', () => {
  it('judges a request', () => {
    expect(normalizeRequest(line())).toMatchObject({
      id: 'r-1',
      outcome: 'accept',
      verified: true,
      events: [{ type: 'opened', recipient: 'ann@acme.test' }],
    });
    expect(normalizeRequest(line({ source: { scheme: 'none', keys: [] } }))).toMatchObject({
      outcome: 'accept',
      verified: null,
    });
  });

  it.each([
    [{ source: { scheme: 'http-basic', keys: [] } }, 'signature'],
    [{ source: {} }, 'signature'],
    [{ source: null }, 'signature'],
    [{ headers: null }, 'signature'],
    [{ bodyBase64: '' }, 'malformed'],
  ])('rejects %j for its %s', (more, rejectKind) => {
    expect(normalizeRequest(line(more))).toMatchObject({ outcome: 'reject', rejectKind, events: [] });
  });

  it.each(['', '{', '7', '[]', line({ provider: 'nobody' }), line({ provider: '__proto__' }), line({ now: 'soon' })])(
    'answers the line %j with an error',
    (text) => {
      expect(normalizeRequest(text)).toMatchObject({ outcome: 'reject', error: expect.any(String), events: [] });
    },
  );

  it('says how much of a batch could not be read', () => {
    const bodyBase64 = Buffer.from('[{"RecordType":"Open"},7]').toString('base64');
    expect(normalizeRequest(line({ bodyBase64 }))).toMatchObject({
      outcome: 'accept',
      events: [{ type: 'opened' }],
      error: '1 unreadable, first element 1: the record is not an object',
    });
  });
});

describe('normalizeStream', () => {
  async function* chunks(...parts: readonly (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
    yield* parts;
  }

  async function all(lines: AsyncIterable<string>): Promise<string[]> {
    const got: string[] = [];
    for await (const line of lines) got.push(line);
    return got;
  }

  it('parts lines wherever the chunks end, inside a character too', async () => {
    const bytes = Buffer.from('é1\n\n  \né2');
    const lines = await all(linesOf(chunks(bytes.subarray(0, 1), bytes.subarray(1, 5), bytes.subarray(5))));
    expect(lines).toEqual(['é1', 'é2']);
  });

  it('answers each line, a malformed one too', async () => {
    const answers = await all(normalizeStream(chunks(`nonsense\n${line()}`, '\n')));
    expect(answers.map((answer) => JSON.parse(answer).outcome)).toEqual(['reject', 'accept']);
  });
});
