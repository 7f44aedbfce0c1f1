/** More than ingest has room for, all at once: what it answers 2xx is kept, the rest is told to come again. */
import { type ClientRequest, request } from 'node:http';
import { MemoryIngest, memorySource } from '#testing/ingest/memory-ingest.js';
import { until } from '#testing/until.js';

const KB = 1024;
const AT_ONCE = 120;
const BODY = Buffer.from(
  JSON.stringify([{ event: 'open', email: 'ann@example.com', timestamp: 1_795_521_600, note: 'x'.repeat(40 * KB) }]),
);

interface Answered {
  readonly status: number;
  readonly retryAfter: number;
}

it('keeps what it answers 2xx and no more, refuses the rest with when to come again, and recovers at once', async () => {
  const ingest = await MemoryIngest.start({
    sources: [memorySource('mail', 'sendgrid')],
    roomBytes: 400 * KB,
    limits: { timeoutMs: 20_000 },
  });
  const answers: Answered[] = [];
  const begin = (): ClientRequest => {
    const headers = { 'content-length': String(BODY.length) };
    const sending = request(`${ingest.url}/ingest/mail`, { method: 'POST', headers, agent: false }, (response) => {
      answers.push({ status: response.statusCode ?? 0, retryAfter: Number(response.headers['retry-after']) });
      response.resume();
    });
    // Who is refused before the body is sent may find the connection closed.
    sending.on('error', () => undefined);
    sending.write(BODY.subarray(0, 10));
    return sending;
  };
  const finish = (sending: ClientRequest) => sending.end(BODY.subarray(10));
  try {
    // All are under way before any of them is whole.
    const sendings = Array.from({ length: AT_ONCE }, begin);
    const busy = () => ingest.counted.filter((kind) => kind === 'busy').length;
    await until(() => busy() > AT_ONCE / 2);
    sendings.forEach(finish);
    await until(() => answers.length === AT_ONCE);
    const accepted = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 503);
    expect(accepted.length + refused.length).toBe(AT_ONCE);
    expect(accepted.length).toBeGreaterThan(0);
    for (const { retryAfter } of refused) expect(retryAfter).toBeGreaterThan(0);
    expect(ingest.records('deliveries')).toHaveLength(accepted.length);
    expect(ingest.records('engagements')).toHaveLength(accepted.length);
    finish(begin());
    await until(() => answers.length === AT_ONCE + 1);
    expect(answers.at(-1)?.status).toBe(200);
  } finally {
    await ingest.close();
  }
});
