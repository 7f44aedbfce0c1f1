import { hmac, keyed, normalised, only, requestOf, verdict } from '#testing/providers/requests.js';
import { customerio } from './customerio.js';

const event = (objectType: string, metric: string, data: object = {}, more: object = {}): object => ({
  event_id: '01EVENT',
  object_type: objectType,
  metric,
  timestamp: 1_700_000_000,
  data: { customer_id: '42', identifiers: { id: '42' }, delivery_id: 'dlv-1', ...data },
  ...more,
});

describe('customerio', () => {
  it.each([
    ['drafted', 'unknown'],
    ['attempted', 'deferred'],
    ['sent', 'processed'],
    ['delivered', 'delivered'],
    ['opened', 'opened'],
    ['clicked', 'clicked'],
    ['converted', 'unknown'],
    ['bounced', 'hard_bounce'],
    ['dropped', 'dropped'],
    ['failed', 'dropped'],
    ['undeliverable', 'dropped'],
    ['suppressed', 'dropped'],
    ['spammed', 'complaint'],
    ['unsubscribed', 'unsubscribed'],
    ['subscribed', 'resubscribed'],
    ['cio_subscription_preferences_changed', 'subscription_change'],
  ])('%s is %s', (metric, type) => {
    expect(only(customerio, event('email', metric))).toMatchObject({ type, providerEventType: `email.${metric}` });
  });

  it.each([
    ['email', 'email', 'ann@acme.test'],
    ['customer', 'email', 'ann@acme.test'],
    ['push', 'push', null],
    ['sms', 'sms', null],
    ['in_app', 'in_app', null],
  ])('%s is the channel %s, with the address %s', (objectType, channel, recipient) => {
    const engagement = only(customerio, event(objectType, 'sent', { email_address: 'ann@acme.test' }));
    expect(engagement).toMatchObject({ channel, recipient, contactId: '42' });
  });

  it('keeps the recipient of another channel as it is', () => {
    expect(only(customerio, event('sms', 'sent', { recipient: '+4915100000' })).recipient).toBe('+4915100000');
    expect(only(customerio, event('slack', 'sent', { recipient: '#sales' })).recipient).toBe('#sales');
  });

  it('tells why, where and as part of what', () => {
    const bounced = event('email', 'bounced', { failure_message: '550 no such user', campaign_id: 7 });
    expect(only(customerio, bounced)).toMatchObject({ reason: '550 no such user', metadata: { campaign_id: 7 } });
    const clicked = event('email', 'clicked', { href: 'https://acme.test/ü' });
    expect(only(customerio, clicked)).toMatchObject({ url: 'https://acme.test/ü', actor: 'unknown' });
  });

  it.each([
    [1_700_000_000, '2023-11-14T22:13:20.000Z'],
    ['1700000000', '2023-11-14T22:13:20.000Z'],
    ['soon', null],
    [undefined, null],
  ])('reads the time %j as %s', (timestamp, occurredAt) => {
    expect(only(customerio, event('email', 'sent', {}, { timestamp })).occurredAt).toBe(occurredAt);
  });

  it('reads the older payloads, which have object and metric in one name', () => {
    const old = { event_type: 'email_opened', event_id: 'e', timestamp: 1, data: { email_address: 'ann@acme.test' } };
    expect(only(customerio, old)).toMatchObject({
      type: 'opened',
      providerEventType: 'email_opened',
      channel: 'email',
    });
  });

  it('has the event id for its key', () => {
    expect(keyed(customerio, event('email', 'sent'))[0]?.dedupKeys).toEqual([['customerio', '01EVENT']]);
  });

  it.each(['', '{"data":{}}', '[{"metric":"sent"}]'])('cannot use %j', (body) => {
    expect(normalised(customerio, body)).toMatchObject({ outcome: 'reject', kind: 'malformed' });
  });

  it('verifies v0:time:body, and limits its age by a policy of ours', () => {
    const body = JSON.stringify(event('email', 'opened', { recipient: 'zoë@acme.test' }));
    const source = { scheme: 'customerio-v0-hmac-sha256-hex', keys: ['old', 'key'] };
    const signed = (content: string, time = '1700000000', now: number | null = null): string => {
      const headers = { 'x-cio-timestamp': time, 'x-cio-signature': hmac('hex', 'key', content) };
      return verdict(customerio, requestOf(body, headers), source, now);
    };
    expect(signed(`v0:1700000000:${body}`)).toBe('verified');
    expect(signed(`v0:1700000000:${body}`, '1700000000', 1_700_000_301_000)).toBe('freshness-policy');
    expect(signed(`1700000000.${body}`)).toBe('signature');
    expect(signed(body)).toBe('signature');
    expect(signed(`v0:now:${body}`, 'now')).toBe('signature');
    expect(verdict(customerio, requestOf(body), source)).toBe('signature');
  });
});
