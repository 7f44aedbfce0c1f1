import { countOnce, keyed, normalised, only } from '#testing/providers/requests.js';
import { postmark } from './postmark.js';

const record = (name: string, more: object = {}): object => ({
  RecordType: name,
  MessageID: 'm-1',
  Recipient: 'ann+crm@acme.test',
  MessageStream: 'broadcast',
  ReceivedAt: '2024-05-01T10:00:00.1239999-04:00',
  Tag: 'welcome',
  Metadata: { plan: 'pro' },
  ...more,
});

describe('postmark', () => {
  it.each([
    ['Delivery', {}, 'delivered'],
    ['Open', {}, 'opened'],
    ['Click', {}, 'clicked'],
    ['SpamComplaint', {}, 'complaint'],
    ['Bounce', { Type: 'HardBounce' }, 'hard_bounce'],
    ['Bounce', { Type: 'BadEmailAddress' }, 'hard_bounce'],
    ['Bounce', { Type: 'DnsError' }, 'soft_bounce'],
    ['Bounce', { Type: 'Transient' }, 'deferred'],
    ['Bounce', { Type: 'Subscribe' }, 'resubscribed'],
    ['Bounce', { Type: 'ManuallyDeactivated' }, 'dropped'],
    ['Bounce', { Type: 'AutoResponder' }, 'unknown'],
    ['Bounce', {}, 'unknown'],
    ['SubscriptionChange', { SuppressSending: false }, 'resubscribed'],
    ['SubscriptionChange', { SuppressSending: 'false' }, 'resubscribed'],
    [
      'SubscriptionChange',
      { SuppressSending: true, SuppressionReason: 'ManualSuppression', Origin: 'Recipient' },
      'unsubscribed',
    ],
    [
      'SubscriptionChange',
      { SuppressSending: true, SuppressionReason: 'ManualSuppression', Origin: 'Customer' },
      'subscription_change',
    ],
    [
      'SubscriptionChange',
      { SuppressSending: true, SuppressionReason: 'HardBounce', Origin: 'Recipient' },
      'subscription_change',
    ],
    ['Novelty', {}, 'unknown'],
  ])('%s %j is %s', (name, more, type) => {
    expect(only(postmark, record(name, more))).toMatchObject({
      type,
      providerEventType: name,
      recipient: 'ann+crm@acme.test',
      occurredAt: '2024-05-01T14:00:00.123Z',
      scope: 'broadcast',
      tags: ['welcome'],
      metadata: { plan: 'pro' },
    });
  });

  it('tells a bounce in detail, with its id as text', () => {
    const bounce = {
      ID: 4_323_372_036,
      Type: 'HardBounce',
      TypeCode: 1,
      Email: 'bob@acme.test',
      Details: 'no\r\n',
      Recipient: undefined,
    };
    expect(only(postmark, record('Bounce', bounce))).toMatchObject({
      recipient: 'bob@acme.test',
      providerEventId: '4323372036',
      reason: 'no\r\n',
      bounce: { type: 'HardBounce', code: 1 },
    });
  });

  it('tells a click in detail', () => {
    const click = { OriginalLink: 'https://acme.test/a', UserAgent: 'UA', Geo: { IP: '203.0.113.9' } };
    expect(only(postmark, record('Click', click))).toMatchObject({
      actor: 'unknown',
      url: 'https://acme.test/a',
      userAgent: 'UA',
      ip: '203.0.113.9',
    });
  });

  it('tells events without an id apart by time and link', () => {
    const keys = [
      record('Click', { OriginalLink: 'https://a' }),
      record('Click', { OriginalLink: 'https://a' }),
      record('Click', { OriginalLink: 'https://b' }),
      record('Click', { OriginalLink: 'https://a', ReceivedAt: '2024-05-01T10:00:01Z' }),
    ].map((body) => keyed(postmark, body)[0]);
    expect(keys.slice(1).map((key) => countOnce(keys[0], key))).toEqual([true, false, false]);
  });

  it('reads inbound mail, the one record without a type', () => {
    const mail = {
      MessageID: 'in-1',
      FromFull: { Email: 'ann@acme.test', Name: 'Ann Lee' },
      ToFull: [{ Email: 'desk+h4sh@crm.test', MailboxHash: 'h4sh' }],
      OriginalRecipient: 'desk+h4sh@crm.test',
      Subject: 'Hi',
      Date: 'Wed, 1 May 2024 12:00:00 +0200',
      Headers: [
        { Name: 'Message-ID', Value: '<m2@acme.test>' },
        { Name: 'In-Reply-To', Value: '<m1@crm.test>' },
      ],
    };
    expect(only(postmark, mail)).toMatchObject({
      type: 'inbound',
      recipient: 'desk+h4sh@crm.test',
      providerEventId: 'in-1',
      occurredAt: '2024-05-01T10:00:00.000Z',
      inbound: {
        from: 'ann@acme.test',
        fromName: 'Ann Lee',
        subject: 'Hi',
        rfcMessageId: '<m2@acme.test>',
        inReplyTo: '<m1@crm.test>',
        mailboxHash: 'h4sh',
      },
    });
  });

  it('tells records of old webhooks by what only they have', () => {
    const old = (more: object) => only(postmark, record('', { RecordType: undefined, From: 'crm@crm.test', ...more }));
    expect(old({ BouncedAt: '2018-01-01T00:00:00Z', Type: 'HardBounce' })).toMatchObject({
      type: 'hard_bounce',
      providerEventType: 'Bounce',
    });
    expect(old({ BouncedAt: '2018-01-01T00:00:00Z', Type: 'SpamComplaint' })).toMatchObject({ type: 'complaint' });
    expect(old({ FirstOpen: false })).toMatchObject({ type: 'opened' });
  });

  it.each(['{}', '7', '', '{"RecordType":7.5', '{"RecordType":""}'])('%j is malformed', (body) => {
    expect(normalised(postmark, body)).toMatchObject({ outcome: 'reject', kind: 'malformed' });
  });
});
