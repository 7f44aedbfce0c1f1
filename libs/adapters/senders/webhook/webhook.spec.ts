import { Webhook } from 'standardwebhooks';
import { checkUrl, guardedLookup, isAllowed } from './address-guard.js';
import { meaningOf, retryAfterMs } from './answer.js';
import { newWebhookSecret, sign } from './signature.js';

const STRICT = { allowPrivate: false, allowLoopback: false };
const NOW = Date.UTC(2026, 10, 24, 12);

describe('an outgoing webhook', () => {
  it('is signed as the public package for Standard Webhooks verifies it', () => {
    const secret = newWebhookSecret();
    const body = JSON.stringify({ hello: 'wörld' });
    const headers = { ...sign(secret, 'effect-1', Date.now(), body) };
    expect(new Webhook(secret).verify(body, headers)).toEqual({ hello: 'wörld' });
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow();
    expect(() => new Webhook(newWebhookSecret()).verify(body, headers)).toThrow();
  });

  it.each([
    [204, 'delivered'],
    [410, 'refused'],
    [302, 'retry'],
    [404, 'retry'],
    [500, 'retry'],
  ])('answered %d is %s', (status, result) => {
    expect(meaningOf(status, undefined, '', NOW).result).toBe(result);
  });

  it('waits as long as a busy receiver asks, in seconds or until a date', () => {
    expect(meaningOf(429, '120', '', NOW)).toMatchObject({ afterMs: 120_000, reason: 'http_429' });
    expect(meaningOf(503, new Date(NOW + 5_000).toUTCString(), '', NOW)).toMatchObject({ afterMs: 5_000 });
    expect(meaningOf(500, '120', '', NOW)).not.toHaveProperty('afterMs');
    expect(retryAfterMs('soon', NOW)).toBeUndefined();
  });
});

describe('the addresses a webhook may go to', () => {
  it.each(['10.1.2.3', '127.0.0.1', '169.254.169.254', '192.168.1.1', '::1', 'fd00::1', '::ffff:10.0.0.1', '0.0.0.0'])(
    'leave out %s',
    (address) => expect(isAllowed(address, STRICT)).toBe(false),
  );

  it.each(['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946'])('have %s', (address) =>
    expect(isAllowed(address, STRICT)).toBe(true),
  );

  it('have loopback alone, or all, where the policy says so', () => {
    expect(isAllowed('127.0.0.1', { allowPrivate: false, allowLoopback: true })).toBe(true);
    expect(isAllowed('10.0.0.1', { allowPrivate: false, allowLoopback: true })).toBe(false);
    expect(isAllowed('10.0.0.1', { allowPrivate: true, allowLoopback: false })).toBe(true);
  });

  it.each(['http://127.1/', 'http://0x7f000001/', 'http://[::1]:80/', 'https://2130706433/', 'file:///etc/passwd'])(
    'are judged of %s in any spelling',
    (url) => expect(() => checkUrl(new URL(url), STRICT)).toThrow(),
  );

  it('are judged at the moment of connecting, by what the name stands for', async () => {
    const looked = new Promise<Error | null>((resolve) =>
      guardedLookup(STRICT)('localhost', {}, (error) => resolve(error)),
    );
    expect((await looked)?.message).toContain('private or loopback');
  });
});
