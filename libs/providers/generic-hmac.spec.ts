import { createHmac } from 'node:crypto';
import { countOnce, hmac, keyed, normalised, only, requestOf, UNSIGNED, verdict } from '#testing/providers/requests.js';
import { genericHmac } from './generic-hmac.js';
import type { SourceSettings } from './provider.js';

const body = '{"type":"opened","email":"zoë@acme.test"}';
const source = (more: Partial<SourceSettings> = {}): SourceSettings => ({
  scheme: 'generic-hmac',
  keys: ['old', 'key'],
  ...more,
});
const judged = (
  headers: Readonly<Record<string, string>>,
  more: Partial<SourceSettings> = {},
  now: number | null = null,
) => verdict(genericHmac, requestOf(body, headers), source(more), now);
const at = 1_700_000_000_000;

describe('generic signature', () => {
  it('is by default the hex SHA-256 of the body in x-webhook-signature', () => {
    expect(judged({ 'x-webhook-signature': hmac('hex', 'key', body) })).toBe('verified');
    expect(judged({ 'x-webhook-signature': hmac('hex', 'key', body).toUpperCase() })).toBe('verified');
    expect(judged({ 'x-webhook-signature': hmac('hex', 'other', body) })).toBe('signature');
    expect(judged({ 'x-webhook-signature': hmac('hex', 'key', body) }, { keys: [] })).toBe('signature');
  });

  it.each([
    ['sha512', 'base64'],
    ['SHA-256', 'base64url'],
    ['hmac-sha1', 'hex'],
  ] as const)('may be %s in %s', (algorithm, encoding) => {
    const digest = algorithm.replace('hmac-', '').replace('-', '');
    const mac = createHmac(digest, 'key').update(body).digest(encoding);
    expect(judged({ 'x-webhook-signature': mac }, { algorithm, encoding })).toBe('verified');
  });

  it.each([{ algorithm: 'md5' }, { algorithm: 'nonsense' }, { encoding: 'utf16' }])(
    'refuses the setting %j',
    (more) => {
      expect(judged({ 'x-webhook-signature': hmac('hex', 'key', body) }, more)).toBe('signature');
    },
  );

  it('needs its prefix where it has one (GitHub)', () => {
    const github = { header: 'X-Hub-Signature-256', prefix: 'sha256=' };
    expect(judged({ 'x-hub-signature-256': `sha256=${hmac('hex', 'key', body)}` }, github)).toBe('verified');
    expect(judged({ 'x-hub-signature-256': hmac('hex', 'key', body) }, github)).toBe('signature');
  });

  it('may cover a time in a header of its own (Slack)', () => {
    const slack = { prefix: 'v0=', signedContent: 'v0:{timestamp}:{body}', timestampHeader: 'X-Time' };
    const headers = {
      'x-time': '1700000000',
      'x-webhook-signature': `v0=${hmac('hex', 'key', 'v0:1700000000:', body)}`,
    };
    expect(judged(headers, slack, at)).toBe('verified');
    expect(judged(headers, slack, at + 301_000)).toBe('freshness');
    expect(judged(headers, slack, at - 301_000)).toBe('freshness');
    expect(judged({ ...headers, 'x-time': '1700000001' }, slack, at)).toBe('signature');
    expect(judged({ 'x-webhook-signature': headers['x-webhook-signature'] }, slack, at)).toBe('signature');
  });

  it('may hold time and signatures in one header (Stripe)', () => {
    const stripe = { form: 't=<ts>,v1=<hex>[,v1=<hex>]', signedContent: '{timestamp}.{body}' };
    const mac = hmac('hex', 'key', '1700000000.', body);
    expect(judged({ 'x-webhook-signature': `t=1700000000,v1=${'0'.repeat(64)},v1=${mac}` }, stripe, at)).toBe(
      'verified',
    );
    expect(judged({ 'x-webhook-signature': `t=1700000000,v1=${mac}` }, stripe, at + 301_000)).toBe('freshness');
    expect(judged({ 'x-webhook-signature': `t=1700000001,v1=${mac}` }, stripe, at)).toBe('signature');
    expect(judged({ 'x-webhook-signature': `v1=${mac}` }, stripe, at)).toBe('signature');
    expect(judged({ 'x-webhook-signature': mac }, stripe, at)).toBe('signature');
  });

  it.each(['', ' ', 'é'.repeat(32), 'zz', ','.repeat(1000)])('refuses the header %j', (header) => {
    expect(judged({ 'x-webhook-signature': header })).toBe('signature');
  });
});

describe('generic payload', () => {
  it.each([
    ['opened', 'opened'],
    ['custom.trial_started', 'custom.trial_started'],
    ['custom.', 'unknown'],
    ['email.opened', 'unknown'],
    ['__proto__', 'unknown'],
  ])('%s is %s', (name, type) => {
    expect(only(genericHmac, { type: name, email: 'ann@acme.test' })).toMatchObject({ type, providerEventType: name });
  });

  it('reads our own form', () => {
    const event = {
      type: 'clicked',
      email: 'ann+crm@acme.test',
      occurredAt: '2023-11-14T22:13:20.123Z',
      id: 9_007_199_254_740_991,
      messageId: 'm-1',
      url: 'https://acme.test/a',
      actor: 'human',
      tags: ['a'],
      metadata: { plan: 'pro' },
      contactId: 'c-1',
    };
    expect(only(genericHmac, event)).toEqual({
      type: 'clicked',
      providerEventType: 'clicked',
      recipient: 'ann+crm@acme.test',
      providerEventId: '9007199254740991',
      providerMessageId: 'm-1',
      occurredAt: '2023-11-14T22:13:20.123Z',
      actor: 'human',
      url: 'https://acme.test/a',
      tags: ['a'],
      metadata: { plan: 'pro' },
      contactId: 'c-1',
    });
  });

  it('finds a sender’s own names by the paths of the source', () => {
    const fields = { type: 'header:x-event', email: 'people.0.mail', occurredAt: 'at' };
    const request = requestOf({ people: [{ mail: 'ann@acme.test' }], at: 1_700_000_000 }, { 'x-event': 'custom.paid' });
    expect(genericHmac.normalise(request, { ...UNSIGNED, fields })).toMatchObject({
      engagements: [
        { engagement: { type: 'custom.paid', recipient: 'ann@acme.test', occurredAt: '2023-11-14T22:13:20.000Z' } },
      ],
    });
  });

  it('takes the delivery’s id from a header, one for each element', () => {
    const request = requestOf([{ type: 'opened' }, { type: 'opened' }], { 'x-id': 'd-1' });
    const outcome = genericHmac.normalise(request, { ...UNSIGNED, idHeader: 'X-Id' });
    const [one, other] = outcome.outcome === 'accept' ? outcome.engagements : [];
    expect(one).toMatchObject({ engagement: { providerEventId: 'd-1' }, idsPerSource: true });
    expect([countOnce(one, one), countOnce(one, other)]).toEqual([true, false]);
  });

  it('reads a form, and an array element by element', () => {
    expect(
      only(genericHmac, 'type=opened&email=ann%40acme.test', { 'content-type': 'application/x-www-form-urlencoded' }),
    ).toMatchObject({ type: 'opened', recipient: 'ann@acme.test' });
    expect(keyed(genericHmac, [{ type: 'opened' }, { type: 'clicked' }])).toHaveLength(2);
    expect(normalised(genericHmac, [{ type: 'opened' }, 7, {}])).toMatchObject({
      unreadable: [
        { index: 1, raw: '7' },
        { index: 2, reason: 'the element has no type' },
      ],
    });
    expect(normalised(genericHmac, 'Hello, World!')).toMatchObject({ outcome: 'reject', kind: 'malformed' });
  });
});
