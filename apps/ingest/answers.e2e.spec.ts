/** What each provider is answered when it cannot be served: the status that makes this one send again, and no other. */
import { PROVIDERS } from '#providers/registry.js';
import { MemoryIngest, memorySource } from '#testing/ingest/memory-ingest.js';
import { EXAMPLES } from '#testing/providers/examples.js';

/**
 * By provider: while the log is away or the source is paused, while it sends faster than it may, and while a body does not come to its
 * end. Brevo discards after any 5xx and any 4xx but 429, SNS after any 4xx; Customer.io stops for an hour after a 429; 403 ends
 * Postmark's tries, 406 Mailgun's.
 */
const ANSWERS: readonly (readonly [provider: string, unavailable: number, tooFast: number, tooSlow: number])[] = [
  ['sendgrid', 503, 503, 408],
  ['mailgun', 503, 503, 408],
  ['postmark', 503, 503, 408],
  ['ses', 503, 503, 503],
  ['sparkpost', 503, 503, 408],
  ['mandrill', 503, 503, 408],
  ['brevo', 429, 429, 429],
  ['resend', 503, 503, 408],
  ['mailjet', 503, 503, 408],
  ['mailersend', 503, 503, 408],
  ['customerio', 503, 503, 408],
  ['hubspot', 503, 503, 408],
  ['klaviyo', 503, 503, 408],
  ['loops', 503, 503, 408],
  ['standard-webhooks', 503, 429, 408],
  ['cloudevents', 429, 429, 429],
  ['generic-hmac', 503, 429, 408],
];

/** Longest wait of a provider that says how long it waits, in milliseconds. */
const PATIENCE: Readonly<Record<string, number>> = {
  mailersend: 3_000,
  customerio: 4_000,
  hubspot: 5_000,
  klaviyo: 5_000,
  sendgrid: 10_000,
  sparkpost: 10_000,
  resend: 15_000,
  'standard-webhooks': 15_000,
};

it('are told for every provider', () => {
  expect(ANSWERS.map(([provider]) => provider).toSorted()).toEqual(PROVIDERS.map(({ name }) => name).toSorted());
  for (const { name, timeoutMs } of PROVIDERS) expect(timeoutMs).toBeLessThanOrEqual(PATIENCE[name] ?? 15_000);
});

describe('answers', () => {
  let ingest: MemoryIngest;
  beforeAll(async () => {
    ingest = await MemoryIngest.start({
      limits: { timeoutMs: 300 },
      sources: PROVIDERS.flatMap(({ name, schemes, setup }) => [
        memorySource(name, name),
        memorySource(`${name}-signed`, name, {
          settings: {
            // Without a certificate, which is out of reach here, there is nothing to refuse by.
            scheme: schemes.find((scheme) => !setup?.keyless?.includes(scheme)) ?? '',
            keys: ['another-key:of-ours'],
          },
        }),
        memorySource(`${name}-paused`, name, { state: 'paused' }),
        memorySource(`${name}-fast`, name, { policy: { ratePerSecond: 0.001, burst: 1 } }),
      ]),
    });
  });
  afterAll(() => ingest.close());
  beforeEach(() => ingest.clear());

  const post = async (provider: string, path: string) => {
    const example = EXAMPLES.find((one) => one.provider === provider);
    if (example === undefined) throw new Error(`no example of ${provider}`);
    const { body, headers } = example;
    const answer = await fetch(`${ingest.url}/ingest/${path}`, {
      method: 'POST',
      body: new Uint8Array(Buffer.from(body)),
      headers,
    });
    await answer.arrayBuffer();
    return { status: answer.status, retryAfter: answer.headers.get('retry-after') };
  };
  const kept = () => ingest.records('engagements').length + ingest.records('deliveries').length;
  const seconds = expect.stringMatching(/^[1-9]\d*$/);

  it.each(ANSWERS)('%s: the log is away: %i, and 200 when it sends again', async (provider, unavailable) => {
    ingest.store.away = true;
    expect(await post(provider, provider)).toEqual({ status: unavailable, retryAfter: seconds });
    ingest.store.away = false;
    expect(kept()).toBe(0);
    expect((await post(provider, provider)).status).toBe(200);
    expect(kept()).toBeGreaterThan(0);
  });

  it.each(ANSWERS)('%s: the source is paused: %i', async (provider, unavailable) => {
    expect(await post(provider, `${provider}-paused`)).toEqual({ status: unavailable, retryAfter: seconds });
  });

  it.each(ANSWERS.map(([provider, , tooFast]) => [provider, tooFast] as const))(
    '%s: it sends faster than it may: %i',
    async (provider, tooFast) => {
      expect((await post(provider, `${provider}-fast`)).status).toBe(200);
      expect(await post(provider, `${provider}-fast`)).toEqual({ status: tooFast, retryAfter: seconds });
    },
  );

  it.each(ANSWERS.map(([provider, , , tooSlow]) => [provider, tooSlow] as const))(
    '%s: its body does not come to its end: %i',
    async (provider, tooSlow) => {
      const { body, close } = endless();
      const answer = await fetch(`${ingest.url}/ingest/${provider}`, {
        method: 'POST',
        body,
        duplex: 'half',
      } as RequestInit);
      close();
      expect(answer.status).toBe(tooSlow);
      expect(kept()).toBe(0);
    },
  );

  it.each(ANSWERS)('%s: not verified is 401, counted, and nothing of it is kept', async (provider) => {
    expect((await post(provider, `${provider}-signed`)).status).toBe(401);
    expect(ingest.counted).toEqual(['received', 'signature']);
    expect(kept()).toBe(0);
  });
});

/** A body that begins and goes no further until it is closed. */
function endless(): { readonly body: ReadableStream<Uint8Array>; close(): void } {
  let close = (): void => undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(Buffer.from('['));
      close = () => {
        try {
          controller.close();
        } catch {
          // The server has closed it.
        }
      };
    },
  });
  return { body, close: () => close() };
}
