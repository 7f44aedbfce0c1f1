import { generateKeyPairSync, sign } from 'node:crypto';
import { hmac, requestOf, signedDelivery } from '#testing/providers/requests.js';
import type { SourceSettings } from '../provider.js';
import { sameBytes, sameText } from './compare.js';
import { verifyCredentials } from './credentials.js';
import { staleness } from './freshness.js';
import { decodeMac, macMatches } from './hmac.js';
import { verifyStandardWebhooks } from './standard-webhooks.js';

const source = (scheme: string, keys: readonly string[] = [], more: Partial<SourceSettings> = {}): SourceSettings => ({
  scheme,
  keys,
  ...more,
});

describe('comparison', () => {
  it('is false and no exception for unequal lengths', () => {
    expect(sameBytes(Buffer.from('ab'), Buffer.from('abc'))).toBe(false);
    expect([sameText('secret', 'secret'), sameText('secret', 'secre'), sameText('', 'x')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it.each([
    ['', 'hex'],
    ['abc', 'hex'],
    ['é'.repeat(32), 'hex'],
    ['not base64!', 'base64'],
    ['a+b', 'base64url'],
  ] as const)('%j is no MAC in %s', (text, encoding) => {
    expect(decodeMac(text, encoding)).toBeNull();
  });

  it('fits any of several keys, and nothing else', () => {
    const mac = decodeMac(hmac('hex', 'new', 'a', 'b'), 'hex');
    expect(macMatches('sha256', ['old', 'new'], ['ab'], mac)).toBe(true);
    expect(macMatches('sha256', ['old'], ['ab'], mac)).toBe(false);
    expect(macMatches('sha256', ['new'], ['ab'], null)).toBe(false);
  });
});

describe('freshness', () => {
  const at = 1_700_000_000_000;
  it.each([
    [at, true],
    [at + 300_000, true],
    [at + 300_001, false],
    [at - 300_000, true],
    [at - 300_001, false],
    [null, true],
  ])('signed at %s', (now, isFresh) => {
    expect(staleness(at, now, source('any')) === undefined).toBe(isFresh);
  });

  it('has the tolerance of the source', () => {
    expect(staleness(at, at + 60_000, source('any', [], { toleranceSeconds: 30 }))).toContain('60 s ago');
  });
});

describe('credentials', () => {
  const basic = (credentials: string) => ({ authorization: `Basic ${Buffer.from(credentials).toString('base64')}` });
  it.each([
    ['http-basic', ['u:p'], basic('u:p'), true],
    ['http-basic', ['old:p', 'u:p:with:colons'], basic('u:p:with:colons'), true],
    ['http-basic', ['u:p'], basic('u:q'), false],
    ['http-basic', ['u:p'], { authorization: 'Basic %%%' }, false],
    ['http-basic', ['u:p'], {}, false],
    ['bearer', ['token'], { authorization: 'bearer token' }, true],
    ['bearer', ['token'], { authorization: 'Bearer other' }, false],
    ['bearer', ['token'], { authorization: 'Basic token' }, false],
    ['header', ['s3cret'], { 'x-webhook-secret': 's3cret' }, true],
    ['header', ['s3cret'], { 'x-webhook-secret': '' }, false],
    ['no-such-scheme', ['s3cret'], { 'x-webhook-secret': 's3cret' }, false],
    ['constructor', ['s3cret'], {}, false],
  ])('%s with %j', (scheme, keys, headers, isRight) => {
    const verification = verifyCredentials(requestOf('{}', headers), source(scheme, keys));
    expect(verification).toMatchObject(
      isRight ? { ok: true, verified: true } : { ok: false, kind: 'signature', verified: false },
    );
  });

  it('refuses a source without a key, unless it is unsigned on purpose', () => {
    expect(verifyCredentials(requestOf('{}', basic('u:p')), source('http-basic'))).toMatchObject({ ok: false });
    expect(verifyCredentials(requestOf('{}', basic(':')), source('http-basic', ['', ' ']))).toMatchObject({
      ok: false,
    });
    expect(verifyCredentials(requestOf('{}'), source('none'))).toEqual({ ok: true, verified: null });
  });

  it('reads the header the source names', () => {
    const verification = verifyCredentials(
      requestOf('{}', { 'x-own': 'k' }),
      source('header', ['k'], { header: 'X-Own' }),
    );
    expect(verification).toMatchObject({ ok: true });
  });
});

describe('Standard Webhooks', () => {
  const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
  const body = '{"type":"x"}';
  const verify = (headers: Readonly<Record<string, string>>, keys: readonly string[], now: number | null = null) =>
    verifyStandardWebhooks(requestOf(body, headers), source('standard-webhooks-v1', keys), now);

  it('accepts both names of the headers, any key and any signature of several', () => {
    expect(verify(signedDelivery(secret, body, { prefix: 'svix' }), ['whsec_AAAA', secret])).toMatchObject({
      ok: true,
    });
    const headers = signedDelivery(secret, body);
    const several = { ...headers, 'webhook-signature': `v1,AAAA v2,x ${headers['webhook-signature']}` };
    expect(verify(several, [secret])).toMatchObject({ ok: true });
  });

  it.each([
    ['', 'v1,'],
    ['a garbled one', 'v1,%%%'],
    ['no version', 'AAAA'],
    ['an unknown version', 'v9,AAAA'],
  ])('refuses %s', (_what, signature) => {
    const headers = { ...signedDelivery(secret, body), 'webhook-signature': signature };
    expect(verify(headers, [secret])).toMatchObject({ ok: false, kind: 'signature' });
  });

  it('refuses another key, a late one and one from the future', () => {
    const headers = signedDelivery(secret, body, { seconds: 1_700_000_000 });
    expect(verify(headers, [`whsec_${Buffer.alloc(24, 8).toString('base64')}`])).toMatchObject({ kind: 'signature' });
    expect(verify(headers, [secret], 1_700_000_301_000)).toMatchObject({ kind: 'freshness', verified: true });
    expect(verify(headers, [secret], 1_699_999_699_000)).toMatchObject({ kind: 'freshness' });
    expect(verify(headers, [])).toMatchObject({ ok: false, kind: 'signature' });
  });

  it('verifies Ed25519 with the public or the private key', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
    const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32).toString('base64');
    const mac = sign(null, Buffer.from(`msg_1.1700000000.${body}`), privateKey).toString('base64');
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': '1700000000', 'webhook-signature': `v1a,${mac}` };
    expect(verify(headers, [`whpk_${raw}`])).toMatchObject({ ok: true });
    expect(verify(headers, [`whsk_${seed}`])).toMatchObject({ ok: true });
    expect(verify(headers, ['whpk_AAAA', secret])).toMatchObject({ ok: false });
  });
});
