/** Sources as people manage them, tried on the whole engine: how they are checked, and that their secrets stay secret. */
import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { createLogger } from '#platform/logging/logger.js';
import { type RunningEngine, runningEngine } from '#testing/api/running-engine.js';
import { findInClear } from '#testing/sealed-search.js';
import { until } from '#testing/until.js';

interface ProblemBody {
  readonly errors?: readonly { readonly field: string; readonly problem: string }[];
}

interface Made {
  readonly id: string;
  readonly url: string;
  readonly keys: readonly string[];
  readonly version: number;
}

const newPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

describe('sources', () => {
  let engine: RunningEngine;
  const logged: string[] = [];
  /** Every secret that was given or made. */
  const secrets = new Set<string>();

  beforeAll(async () => {
    engine = await runningEngine(createLogger('debug', { write: (line: string) => void logged.push(line) }));
  });
  afterAll(() => engine.stop());

  const create = async (body: object): Promise<Made> => {
    const made = await engine.ask<Made>('/v1/sources', { method: 'POST', body });
    expect(made.status).toBe(201);
    for (const key of made.body.keys) secrets.add(key);
    return made.body;
  };
  const refused = async (body: object): Promise<readonly string[]> => {
    const answer = await engine.ask<ProblemBody>('/v1/sources', { method: 'POST', body });
    expect(answer.status).toBe(400);
    return (answer.body.errors ?? []).map(({ field, problem }) => `${field}: ${problem}`);
  };
  const post = async (
    url: string,
    headers: Record<string, string> = {},
    body = '{"type":"opened","email":"ann@example.com"}',
  ) => (await fetch(url, { method: 'POST', body, headers })).status;
  const signed = (key: string, body = '{"type":"opened","email":"ann@example.com"}') => ({
    'x-webhook-signature': createHmac('sha256', key).update(body).digest('hex'),
  });

  it('is asked for what it could not be verified without, field by field', async () => {
    expect(await refused({ name: 'mail', provider: 'ses' })).toEqual([
      expect.stringMatching(/^body.settings.expectedTopicArn: Name the SNS topic/),
    ]);
    expect(
      await refused({
        name: 'mail',
        provider: 'postmark',
        keys: ['no-colon'],
        settings: { algorithm: 'sha1' },
        policy: { addresses: ['published', 'mist'] },
      }),
    ).toEqual([
      expect.stringMatching(/^body.settings.algorithm: /),
      'body.keys[0]: Expected USER:PASSWORD',
      expect.stringMatching(/^body.policy.addresses\[1\]: "mist" is no address/),
    ]);
    expect(await refused({ name: 'mail', provider: 'mailjet', policy: { addresses: ['published'] } })).toEqual([
      'body.policy.addresses[0]: Mailjet publishes no addresses: name them one by one',
    ]);
    expect(await refused({ name: 'mail', provider: 'mailjet', policy: { speed: 1 } })).toEqual([
      'body.policy.speed: There is no such field here',
    ]);
  });

  it('refuses everything without a key, until it gets one or is declared unsigned on purpose', async () => {
    const { id, url } = await create({ name: 'keyless', provider: 'mailersend' });
    await until(async () => (await post(url)) === 401);
    const unsigned = await engine.ask<Made>(`/v1/sources/${id}`, { method: 'PATCH', body: { scheme: 'none' } });
    expect(unsigned.body).toMatchObject({ scheme: 'none', hasKeys: false });
    await until(async () => (await post(url)) === 200);
  });

  it('changes what it lets in at the version that was read, and clears what is set to null', async () => {
    const { id, url, keys, version } = await create({ name: 'shop', provider: 'generic-hmac', policy: { burst: 5 } });
    const path = `/v1/sources/${id}`;
    const headers = { 'if-match': `"${version}"` };
    const body = { policy: { addresses: ['203.0.113.0/24'], burst: null }, settings: { prefix: 'sha256=' } };
    const changed = await engine.ask(path, { method: 'PATCH', headers, body });
    expect(changed.body).toMatchObject({ policy: { addresses: ['203.0.113.0/24'] }, settings: { prefix: 'sha256=' } });
    expect(changed.body['policy']).not.toHaveProperty('burst');
    expect((await engine.ask(path, { method: 'PATCH', headers, body })).status).toBe(412);
    await until(async () => (await post(url, signed(keys[0] ?? ''))) === 401);
    const open = { policy: { addresses: null }, settings: { prefix: null } };
    expect((await engine.ask(path, { method: 'PATCH', body: open })).body).toMatchObject({ policy: {}, settings: {} });
    await until(async () => (await post(url, signed(keys[0] ?? ''))) === 200);
    const wrong = await engine.ask<ProblemBody>(path, { method: 'PATCH', body: { settings: { algorithm: 'md5' } } });
    expect([wrong.status, wrong.body.errors?.[0]?.field]).toEqual([400, 'body.settings.algorithm']);
  });

  it('accepts old and new keys together for a time after a rotation', async () => {
    const { id, url, keys } = await create({ name: 'rotating', provider: 'generic-hmac' });
    const { body } = await engine.ask<Made>(`/v1/sources/${id}/rotate`, { method: 'POST', body: { overlapHours: 1 } });
    const [before = '', after = ''] = [keys[0], body.keys[0]];
    secrets.add(after);
    await until(async () => (await post(url, signed(after))) === 200);
    expect(await post(url, signed(before))).toBe(200);
    await engine.ask(`/v1/sources/${id}/rotate`, {
      method: 'POST',
      body: { overlapHours: 0, keys: ['a-third-secret'] },
    });
    secrets.add('a-third-secret');
    await until(async () => (await post(url, signed(after))) === 401);
    expect(await post(url, signed('a-third-secret'))).toBe(200);
  });

  it('rotates keys that a provider issues: both are taken for the time, and none is lost for want of a new one', async () => {
    const pairs = [newPair(), newPair()];
    const [before, after] = pairs.map(({ publicKey }) =>
      publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    );
    const sent = (pair: (typeof pairs)[number] | undefined) => {
      const timestamp = String(Math.floor(Date.now() / 1000));
      const body = '[{"event":"open","email":"ann@example.com","timestamp":1795521600}]';
      const signature = createSign('sha256').update(timestamp + body);
      return {
        body,
        'x-twilio-email-event-webhook-timestamp': timestamp,
        'x-twilio-email-event-webhook-signature': pair ? signature.sign(pair.privateKey, 'base64') : '',
      };
    };
    const { id, url } = await create({ name: 'issued', provider: 'sendgrid', keys: [before] });
    const arrives = async (pair: (typeof pairs)[number] | undefined) => {
      const { body, ...headers } = sent(pair);
      return post(url, headers, body);
    };
    const rotate = (body: object) =>
      engine.ask<ProblemBody & Made>(`/v1/sources/${id}/rotate`, { method: 'POST', body });
    expect(await arrives(pairs[0])).toBe(200);

    const without = await rotate({});
    expect([without.status, without.body.errors?.[0]?.field]).toEqual([400, 'body.keys']);
    expect(without.body.errors?.[0]?.problem).toMatch(/issued by the provider \(SendGrid\).*give it here/);
    const garbled = await rotate({ keys: ['nonsense'] });
    expect(garbled.body.errors).toEqual([
      { field: 'body.keys[0]', problem: expect.stringMatching(/verification key as SendGrid shows it/) },
    ]);
    expect(await arrives(pairs[0])).toBe(200);

    expect((await rotate({ keys: [after] })).body).toMatchObject({ keys: [after] });
    await until(async () => (await arrives(pairs[1])) === 200);
    expect(await arrives(pairs[0])).toBe(200);
    expect((await rotate({ keys: [after], overlapHours: 0 })).status).toBe(200);
    await until(async () => (await arrives(pairs[0])) === 401);
    expect(await arrives(pairs[1])).toBe(200);
  });

  it('says of a source without a key that there is none to rotate', async () => {
    const { id } = await create({ name: 'open', provider: 'brevo', scheme: 'none' });
    const answer = await engine.ask<ProblemBody>(`/v1/sources/${id}/rotate`, { method: 'POST', body: {} });
    expect(answer.body.errors).toEqual([{ field: 'body.keys', problem: 'none has no key to rotate' }]);
  });

  it('shows no secret again, keeps none in clear, and logs none', async () => {
    const given = { name: 'basic', provider: 'postmark', keys: ['afterclick:a-long-password'] };
    const { url } = await create(given);
    const basic = `Basic ${Buffer.from(given.keys[0] ?? '').toString('base64')}`;
    const opened = '{"RecordType":"Open","Recipient":"ann@example.com"}';
    await until(async () => (await post(url, { authorization: basic }, opened)) === 200);
    expect(await post(url.replace('://', '://afterclick:a-long-password@'), {}, '{}').catch(() => 0)).toBeLessThan(500);
    await engine.askUntil<{ items: unknown[] }>('/v1/deliveries', ({ items }) => items.length > 0);
    const { items } = (await engine.ask<{ items: { id: string }[] }>('/v1/deliveries')).body;
    const shown = [
      await engine.ask('/v1/sources'),
      ...(await Promise.all(items.map(({ id }) => engine.ask(`/v1/deliveries/${id}`)))),
    ].map(({ body }) => JSON.stringify(body));
    expect(secrets.size).toBeGreaterThan(4);
    for (const secret of secrets) {
      for (const text of [...shown, ...logged]) expect(text).not.toContain(secret);
      for (const text of logged) expect(text).not.toContain(Buffer.from(secret).toString('base64'));
    }
    expect(await findInClear(engine.runtime.pool, [...secrets])).toEqual([]);
    const paths = await engine.ask<{ items: { url: string }[] }>('/v1/sources');
    for (const { url: shownUrl } of paths.body.items)
      expect(logged.join('')).not.toContain(new URL(shownUrl).pathname.replace('/ingest/', ''));
  });
});
