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

it('refuses what the log could not take in time, before its body comes, and takes in again when it has caught up', async () => {
  let now = Date.UTC(2026, 10, 24, 12);
  const ingest = await MemoryIngest.start({
    now: () => now,
    sources: [memorySource('loud', 'brevo'), memorySource('quiet', 'brevo')],
    limits: { timeoutMs: 20_000 },
  });
  const small = JSON.stringify({ event: 'opened', email: 'ann@example.com', ts_epoch: now });
  const counted = (kind: string) => ingest.counted.filter((one) => one === kind).length;
  const post = async (path: string) => {
    const answer = await fetch(`${ingest.url}/ingest/${path}`, { method: 'POST', body: small });
    await answer.arrayBuffer();
    return { status: answer.status, retryAfter: answer.headers.get('retry-after') };
  };
  /** Sends a head that promises a body, and no body. */
  const knock = (path: string) =>
    new Promise<number>((resolve, reject) => {
      const headers = { 'content-length': '1000' };
      const sending = request(`${ingest.url}/ingest/${path}`, { method: 'POST', headers, agent: false }, (response) => {
        resolve(response.statusCode ?? 0);
        sending.destroy();
      });
      sending.on('error', reject);
      sending.flushHeaders();
    });
  /** Stores one more, which takes the log so long. */
  const storeOne = async (ms: number) => {
    const gate = Promise.withResolvers<void>();
    ingest.store.slow = gate.promise;
    const before = counted('verified');
    const stored = post('loud');
    await until(() => counted('verified') > before);
    now += ms;
    ingest.store.slow = null;
    gate.resolve();
    return stored;
  };
  try {
    for (let n = 0; n < 20; n += 1) expect((await storeOne(100)).status).toBe(200);
    const hung = Promise.withResolvers<void>();
    ingest.store.slow = hung.promise;
    const before = counted('received');
    const pending = Array.from({ length: 12 }, () => post('loud'));
    await until(() => counted('received') === before + 12);
    now += 300;
    // Ten a second are stored, twelve are waiting.
    expect(await Promise.all([post('loud'), knock('loud')])).toEqual([{ status: 429, retryAfter: '2' }, 429]);
    const quiet = post('quiet');
    await until(() => counted('received') === before + 13);
    ingest.store.slow = null;
    hung.resolve();
    const answers = await Promise.all([...pending, quiet]);
    expect((await post('loud')).status).toBe(200);
    // A machine that stands still for seconds meanwhile has some of them told to come again: those are not kept.
    const accepted = answers.filter(({ status }) => status === 200).length;
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(answers.length - accepted);
    expect(ingest.records('deliveries').length).toBeGreaterThanOrEqual(20 + accepted + 1);
    expect(counted('stored')).toBe(20 + accepted + 1);
    expect(counted('busy')).toBe(2);
  } finally {
    await ingest.close();
  }
});
