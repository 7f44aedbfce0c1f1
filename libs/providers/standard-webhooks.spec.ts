import { keyed, normalised, only, requestOf, signedDelivery, verdict } from '#testing/providers/requests.js';
import { standardWebhooks } from './standard-webhooks.js';

const SECRET = `whsec_${Buffer.from('a secret of the specs').toString('base64')}`;
const DELIVERY = { 'webhook-id': 'msg_1' };

describe('standard-webhooks', () => {
  it('reads the payload that the specification advises', () => {
    const payload = {
      type: 'invoice.paid',
      timestamp: '2026-01-02T03:04:05.678901Z',
      data: { email: 'ann@acme.test' },
    };
    const [first] = keyed(standardWebhooks, payload, DELIVERY);
    expect(first).toMatchObject({
      idsPerSource: true,
      dedupKeys: [['standard-webhooks', 'msg_1']],
      engagement: {
        type: 'unknown',
        providerEventType: 'invoice.paid',
        recipient: 'ann@acme.test',
        providerEventId: 'msg_1',
        occurredAt: '2026-01-02T03:04:05.678Z',
      },
    });
  });

  it.each([
    ['email.opened', 'opened'],
    ['com.acme.email.hard_bounced', 'hard_bounce'],
    ['delivered', 'delivered'],
    ['ticket.opened', 'unknown'],
    ['custom.form_sent', 'custom.form_sent'],
    ['email.constructor', 'unknown'],
  ])('%s is %s', (name, type) => {
    expect(only(standardWebhooks, { type: name }).type).toBe(type);
  });

  it('keeps a payload of which nothing is known', () => {
    expect(only(standardWebhooks, { anything: 1 }, DELIVERY)).toMatchObject({
      type: 'unknown',
      recipient: null,
      occurredAt: null,
      providerEventId: 'msg_1',
    });
  });

  it('reads the members that the settings name', () => {
    const request = requestOf({
      kind: 'email.clicked',
      who: [{ mail: 'ann@acme.test' }],
      ts: 1_700_000_000_000,
      href: 'https://a.test',
    });
    const fields = { type: 'kind', email: 'who.0.mail', occurredAt: 'ts', url: 'href' };
    expect(standardWebhooks.normalise(request, { scheme: 'none', keys: [], fields })).toMatchObject({
      engagements: [
        {
          engagement: {
            type: 'clicked',
            recipient: 'ann@acme.test',
            occurredAt: '2023-11-14T22:13:20.000Z',
            url: 'https://a.test',
          },
        },
      ],
    });
  });

  it.each(['', 'text', '[]', '7'])('cannot use %j', (body) => {
    expect(normalised(standardWebhooks, body)).toMatchObject({ outcome: 'reject', kind: 'malformed' });
  });

  it.each(['webhook', 'svix'])('verifies %s headers, with or without the prefix of the secret', (prefix) => {
    const body = '{"type": "x"}';
    const request = requestOf(body, signedDelivery(SECRET, body, { prefix }));
    for (const key of [SECRET, SECRET.replace('whsec_', '')]) {
      expect(verdict(standardWebhooks, request, { scheme: 'standard-webhooks-v1', keys: [key] })).toBe('verified');
    }
    expect(verdict(standardWebhooks, request, { scheme: 'bearer', keys: ['token'] })).toBe('signature');
  });
});
