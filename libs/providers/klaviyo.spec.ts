import { countOnce, hmac, keyed, normalised, only, requestOf, verdict } from '#testing/providers/requests.js';
import { klaviyo } from './klaviyo.js';

const item = (topic: string, properties: object = {}, id = 'kx1'): object => ({
  external_id: id,
  topic,
  payload: {
    data: {
      attributes: { datetime: '2026-01-02T03:04:05+02:00', event_properties: { $message: 'm-1', ...properties } },
      relationships: { profile: { data: { type: 'profile', id: 'p-1' } } },
    },
    included: [
      { type: 'metric', id: 'p-1', attributes: { email: 'no@acme.test' } },
      { type: 'profile', id: 'p-2', attributes: { email: 'other@acme.test' } },
      { type: 'profile', id: 'p-1', attributes: { email: 'Zoë@acme.test' } },
    ],
  },
});
const body = (...data: unknown[]): object => ({ data });

describe('klaviyo', () => {
  it.each([
    ['event:klaviyo.received_email', 'delivered', 'email'],
    ['event:klaviyo.email_delivered', 'delivered', 'email'],
    ['event:klaviyo.opened_email', 'opened', 'email'],
    ['event:klaviyo.clicked_email', 'clicked', 'email'],
    ['event:klaviyo.dropped_email', 'dropped', 'email'],
    ['event:klaviyo.marked_email_as_spam', 'complaint', 'email'],
    ['event:klaviyo.unsubscribed_from_email_marketing', 'unsubscribed', 'email'],
    ['event:klaviyo.subscribed_to_sms_marketing', 'resubscribed', 'sms'],
    ['event:klaviyo.sent_sms', 'unknown', 'sms'],
    ['event:klaviyo.received_push', 'unknown', 'push'],
    ['event:klaviyo.toString', 'unknown', 'email'],
    ['event:api.opened_email', 'unknown', 'email'],
  ])('%s is %s by %s', (topic, type, channel) => {
    expect(only(klaviyo, body(item(topic)))).toMatchObject({ type, channel, providerEventType: topic });
  });

  it.each([
    [{ 'Bounce Type': 'Hard' }, 'hard_bounce'],
    [{ bounce_type: 'hard' }, 'hard_bounce'],
    [{ 'Bounce Type': 'Soft' }, 'soft_bounce'],
    [{}, 'soft_bounce'],
  ])('a bounce of %j is %s', (properties, type) => {
    expect(only(klaviyo, body(item('event:klaviyo.bounced_email', properties))).type).toBe(type);
  });

  it.each([
    [{ machine_open: true }, 'machine'],
    [{ machine_open: false }, 'human'],
    [{}, 'unknown'],
  ])('an open with %j is by %s', (properties, actor) => {
    expect(only(klaviyo, body(item('event:klaviyo.opened_email', properties))).actor).toBe(actor);
  });

  it('takes the address of the profile that the event is about', () => {
    expect(only(klaviyo, body(item('event:klaviyo.clicked_email', { URL: 'https://acme.test/' })))).toMatchObject({
      recipient: 'Zoë@acme.test',
      contactId: 'p-1',
      providerEventId: 'kx1',
      providerMessageId: 'm-1',
      occurredAt: '2026-01-02T01:04:05.000Z',
      url: 'https://acme.test/',
    });
  });

  it('keeps an item without a payload', () => {
    const bare = { external_id: 'k', topic: 'event:klaviyo.opened_email' };
    expect(only(klaviyo, body(bare))).toMatchObject({ type: 'opened', recipient: null, occurredAt: null });
  });

  it('tells topics with one id apart, and counts a repeated item once', () => {
    const topic = 'event:klaviyo.opened_email';
    const [first, again] = keyed(klaviyo, body(item(topic), item(topic)));
    expect(countOnce(first, again)).toBe(true);
    expect(first?.dedupKeys).not.toEqual(keyed(klaviyo, body(item('event:klaviyo.clicked_email')))[0]?.dedupKeys);
  });

  it('takes the list item by item', () => {
    const outcome = normalised(klaviyo, body(item('event:klaviyo.opened_email'), 5, { external_id: 'x' }));
    expect(outcome).toMatchObject({ outcome: 'accept', unreadable: [{ index: 1, raw: '5' }, { index: 2 }] });
    expect(normalised(klaviyo, body())).toMatchObject({ outcome: 'ignore' });
  });

  it('refuses a genuine request that was meant for another webhook', () => {
    const meant = { ...body(item('event:klaviyo.opened_email')), meta: { klaviyo_webhook_id: 'w-1' } };
    expect(normalised(klaviyo, meant, { 'klaviyo-webhook-id': 'w-1' })).toMatchObject({ outcome: 'accept' });
    expect(normalised(klaviyo, meant, { 'klaviyo-webhook-id': 'w-2' })).toMatchObject({ kind: 'authorization' });
    expect(normalised(klaviyo, meant)).toMatchObject({ kind: 'authorization' });
  });

  it.each(['', '{}', '[]', '{"data":{}}', '{"data":[{}]}'])('cannot use %j', (text) => {
    expect(normalised(klaviyo, text)).toMatchObject({ outcome: 'reject', kind: 'malformed' });
  });

  it('verifies body and date, and limits its age by a policy of ours', () => {
    const text = JSON.stringify(body(item('event:klaviyo.opened_email')));
    const source = { scheme: 'klaviyo-hmac-sha256-hex', keys: ['old', 'key'] };
    const signed = (date: string, now: number | null = null): string => {
      const headers = { 'klaviyo-timestamp': date, 'klaviyo-signature': hmac('hex', 'key', text, date) };
      return verdict(klaviyo, requestOf(text, headers), source, now);
    };
    const date = 'Fri, 02 Jan 2026 03:04:05 GMT';
    expect(signed(date, Date.parse(date) + 300_000)).toBe('verified');
    expect(signed(date, Date.parse(date) + 300_001)).toBe('freshness-policy');
    expect(signed('not a date')).toBe('signature');
    expect(verdict(klaviyo, requestOf(text, { 'klaviyo-timestamp': date, 'klaviyo-signature': '00' }), source)).toBe(
      'signature',
    );
    expect(verdict(klaviyo, requestOf(text), source)).toBe('signature');
  });
});
