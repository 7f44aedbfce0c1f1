import { countOnce, keyed, normalised, only } from '#testing/providers/requests.js';
import { brevo } from './brevo.js';

const event = (name: string, more: object = {}): object => ({
  event: name,
  email: 'ann+crm@acme.test',
  id: 814_119,
  'message-id': '<m1@relay.test>',
  ts_epoch: 1_700_000_000_123,
  ...more,
});

describe('brevo', () => {
  it.each([
    ['request', 'processed', undefined],
    ['delivered', 'delivered', undefined],
    ['deferred', 'deferred', undefined],
    ['soft_bounce', 'soft_bounce', undefined],
    ['hard_bounce', 'hard_bounce', undefined],
    ['invalid_email', 'hard_bounce', undefined],
    ['blocked', 'dropped', undefined],
    ['error', 'dropped', undefined],
    ['opened', 'opened', 'human'],
    ['unique_opened', 'opened', 'human'],
    ['proxy_open', 'opened', 'machine'],
    ['unique_proxy_open', 'opened', 'machine'],
    ['click', 'clicked', 'unknown'],
    ['spam', 'complaint', undefined],
    ['unsubscribed', 'unsubscribed', undefined],
    ['contact_deleted', 'unknown', undefined],
  ])('%s is %s by %s', (name, type, actor) => {
    const engagement = only(brevo, event(name));
    expect(engagement).toMatchObject({
      type,
      providerEventType: name,
      providerEventId: null,
      providerMessageId: '<m1@relay.test>',
      occurredAt: '2023-11-14T22:13:20.123Z',
    });
    expect(engagement.actor).toBe(actor);
  });

  it.each([
    [{ ts_epoch: 1_700_000_000 }, '2023-11-14T22:13:20.000Z'],
    [{ ts_epoch: '1700000000123' }, '2023-11-14T22:13:20.123Z'],
    [{ ts_epoch: undefined, ts_event: 1_700_000_001, ts: 1_700_000_000 }, '2023-11-14T22:13:21.000Z'],
    [{ ts_epoch: undefined, ts: 1_700_000_000 }, '2023-11-14T22:13:20.000Z'],
    [{ ts_epoch: undefined, date: '2023-11-14 23:13:20' }, null],
  ])('the time of %j is %s', (more, time) => {
    expect(only(brevo, event('opened', more)).occurredAt).toBe(time);
  });

  it.each([
    [{ tags: ['a', 'b'], tag: '["a","b"]' }, ['a', 'b']],
    [{ tag: '["a","b"]' }, ['a', 'b']],
    [{ tag: 'a' }, ['a']],
    [{ tag: ['a'] }, ['a']],
    [{ tag: '[broken' }, ['[broken']],
    [{}, undefined],
  ])('the tags of %j are %j', (more, tags) => {
    expect(only(brevo, event('opened', more)).tags).toEqual(tags);
  });

  it.each([
    ['{"plan":"pro"}', { plan: 'pro' }],
    ['free text', { 'X-Mailin-custom': 'free text' }],
    [undefined, undefined],
  ])('the metadata of %j is %j', (custom, metadata) => {
    expect(only(brevo, event('opened', { 'X-Mailin-custom': custom })).metadata).toEqual(metadata);
  });

  it('counts the plain and the unique form of a first open once, and a proxy’s open apart', () => {
    const [plain] = keyed(brevo, event('opened'));
    const [unique] = keyed(brevo, event('unique_opened', { ts_epoch: 1_700_000_000_999 }));
    const [proxy] = keyed(brevo, event('proxy_open'));
    const [later] = keyed(brevo, event('opened', { ts_epoch: 1_700_000_060_000 }));
    expect([unique, proxy, later].map((other) => countOnce(plain, other))).toEqual([true, false, false]);
  });

  it('gives one engagement for each address of a list event', () => {
    expect(keyed(brevo, event('list_addition', { email: ['a@x.test', 'b@x.test'], list_id: [3] }))).toMatchObject([
      { engagement: { type: 'subscription_change', recipient: 'a@x.test', scope: 'list:3' } },
      { engagement: { recipient: 'b@x.test' } },
    ]);
  });

  it('takes a batch, element by element', () => {
    expect(normalised(brevo, [event('opened'), 'x', { email: 'a@x.test' }])).toMatchObject({
      engagements: [{ index: 0 }],
      unreadable: [{ index: 1 }, { index: 2, reason: 'the event has no name' }],
    });
    expect(normalised(brevo, [])).toMatchObject({ outcome: 'ignore' });
    expect(normalised(brevo, '{}')).toMatchObject({ outcome: 'reject', kind: 'malformed' });
  });

  it('reads inbound mail', () => {
    const mail = {
      Uuid: ['in-1'],
      MessageId: '<m2@acme.test>',
      InReplyTo: '<m1@crm.test>',
      From: { Name: 'Ann Lee', Address: 'ann@acme.test' },
      To: [{ Address: 'desk@crm.test' }],
      Subject: 'Hi',
    };
    expect(normalised(brevo, { items: [mail, 7] })).toMatchObject({
      engagements: [
        {
          engagement: {
            type: 'inbound',
            recipient: 'desk@crm.test',
            providerEventId: 'in-1',
            inbound: { from: 'ann@acme.test', fromName: 'Ann Lee', subject: 'Hi', inReplyTo: '<m1@crm.test>' },
          },
        },
      ],
      unreadable: [{ index: 1, raw: '7' }],
    });
  });

  it('has Brevo try again with 429 and nothing else', () => {
    expect(brevo.unavailableStatus).toBe(429);
  });
});
