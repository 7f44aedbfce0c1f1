import { createSign, generateKeyPairSync } from 'node:crypto';
import { countOnce, keyed, normalised, only, requestOf, UNSIGNED, verdict } from '#testing/providers/requests.js';
import type { SourceSettings } from './provider.js';
import { ses } from './ses.js';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:mail';
const CERTIFICATE_URL = 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-x.pem';
const mail = {
  messageId: 'm-1',
  timestamp: '2024-05-01T09:00:00.000Z',
  destination: ['ann@acme.test', 'bob@acme.test'],
};

const envelope = (message: unknown, more: object = {}): Record<string, unknown> => ({
  Type: 'Notification',
  MessageId: 'sns-1',
  TopicArn: TOPIC,
  Message: typeof message === 'string' ? message : JSON.stringify(message),
  Timestamp: '2024-05-01T10:00:01.000Z',
  ...more,
});
const event = (name: string, more: object = {}, mailMore: object = {}) =>
  envelope({ eventType: name, mail: { ...mail, ...mailMore }, ...more });

describe('ses events', () => {
  it.each([
    [{ bounceType: 'Permanent', bounceSubType: 'General' }, 'hard_bounce'],
    [{ bounceType: 'Permanent', bounceSubType: 'OnAccountSuppressionList' }, 'dropped'],
    [{ bounceType: 'Permanent', bounceSubType: 'Suppressed' }, 'dropped'],
    [{ bounceType: 'Transient', bounceSubType: 'MailboxFull' }, 'soft_bounce'],
    [{ bounceType: 'Undetermined' }, 'soft_bounce'],
    [{}, 'soft_bounce'],
  ])('a bounce of %j is %s', (bounce, type) => {
    const bounced = { emailAddress: 'Ann <ann@acme.test>', status: '5.1.1', diagnosticCode: 'smtp; 550 no' };
    const body = event('Bounce', {
      bounce: { ...bounce, bouncedRecipients: [bounced], timestamp: '2024-05-01T10:00:00.5Z' },
    });
    expect(only(ses, body)).toMatchObject({
      type,
      recipient: 'ann@acme.test',
      providerEventId: 'sns-1',
      providerMessageId: 'm-1',
      occurredAt: '2024-05-01T10:00:00.500Z',
      reason: 'smtp; 550 no',
      bounce: { status: '5.1.1' },
    });
  });

  it('takes the older shape, and gives one engagement for each address', () => {
    const delivery = {
      timestamp: '2024-05-01T10:00:00Z',
      recipients: ['ann@acme.test', 'bob@acme.test'],
      smtpResponse: '250 ok',
    };
    const got = keyed(ses, envelope({ notificationType: 'Delivery', mail, delivery }));
    expect(got).toMatchObject([
      { engagement: { type: 'delivered', recipient: 'ann@acme.test', reason: '250 ok' } },
      { engagement: { type: 'delivered', recipient: 'bob@acme.test' } },
    ]);
    expect(got.map(({ engagement }) => engagement.ambiguous)).toEqual([undefined, undefined]);
    expect(countOnce(got[0], got[1])).toBe(false);
  });

  it('calls ambiguous what may concern several: a complaint, a view, a bounce that names nobody', () => {
    const complained = [{ emailAddress: 'ann@acme.test' }, { emailAddress: 'bob@acme.test' }];
    for (const body of [
      event('Complaint', { complaint: { complainedRecipients: complained, complaintFeedbackType: 'abuse' } }),
      event('Open', { open: { ipAddress: '203.0.113.9', userAgent: 'UA' } }),
      event('Bounce', { bounce: { bounceType: 'Permanent' } }),
    ]) {
      expect(keyed(ses, body).map(({ engagement }) => engagement.ambiguous)).toEqual([true, true]);
    }
    const alone = event('Complaint', { complaint: { complainedRecipients: complained.slice(0, 1) } });
    expect(only(ses, alone).ambiguous).toBeUndefined();
  });

  it.each([
    ['Send', {}, 'processed', undefined],
    ['DeliveryDelay', { deliveryDelay: { delayType: 'General' } }, 'deferred', undefined],
    ['Reject', { reject: { reason: 'Bad content' } }, 'dropped', 'Bad content'],
    ['Rendering Failure', { failure: { errorMessage: 'no value' } }, 'dropped', 'no value'],
    ['Click', { click: { link: 'https://a' } }, 'clicked', undefined],
    ['Novelty', {}, 'unknown', undefined],
  ])('%s is %s', (name, more, type, reason) => {
    const body = event(name, more, { destination: ['ann@acme.test'], tags: { plan: ['pro'] } });
    const engagement = only(ses, body);
    expect(engagement).toMatchObject({
      type,
      recipient: 'ann@acme.test',
      occurredAt: mail.timestamp,
      metadata: { plan: ['pro'] },
    });
    expect(engagement.reason).toBe(reason);
  });

  const topics = (status: string, unsubscribeAll = false) => ({
    unsubscribeAll,
    topicSubscriptionStatus: [{ topicName: 'news', subscriptionStatus: status }],
  });
  it.each([
    [topics('OptOut'), topics('OptIn'), 'unsubscribed'],
    [topics('OptIn'), topics('OptOut'), 'resubscribed'],
    [topics('OptIn', true), topics('OptIn'), 'unsubscribed'],
    [{}, { unsubscribeAll: true }, 'resubscribed'],
    [{}, { unsubscribeAll: 'true' }, 'resubscribed'],
    [{}, {}, 'subscription_change'],
  ])('a change to %j from %j is %s', (newTopicPreferences, oldTopicPreferences, type) => {
    const subscription = { contactList: 'people', newTopicPreferences, oldTopicPreferences };
    expect(only(ses, event('Subscription', { subscription }, { destination: ['ann@acme.test'] }))).toMatchObject({
      type,
      scope: 'people',
    });
  });

  it('reads inbound mail', () => {
    const headers = {
      from: ['Ann Lee <ann@acme.test>'],
      to: ['desk@crm.test'],
      subject: 'Hi',
      messageId: '<m2@acme.test>',
    };
    const body = envelope({
      notificationType: 'Received',
      mail: {
        ...mail,
        source: 'bounce@acme.test',
        commonHeaders: headers,
        headers: [{ name: 'In-Reply-To', value: '<m1@crm.test>' }],
      },
      receipt: { recipients: ['desk@crm.test'], action: { type: 'S3' }, spamVerdict: { status: 'PASS' } },
    });
    expect(only(ses, body)).toMatchObject({
      type: 'inbound',
      recipient: 'desk@crm.test',
      inbound: {
        from: 'ann@acme.test',
        fromName: 'Ann Lee',
        inReplyTo: '<m1@crm.test>',
        action: 'S3',
        spamVerdict: 'PASS',
      },
    });
  });

  it('keeps a message that is no event, and ignores SES trying a topic out', () => {
    expect(only(ses, envelope('Hello'))).toMatchObject({
      type: 'unknown',
      providerEventType: 'sns:raw',
      recipient: null,
    });
    const trial = envelope('Successfully validated SNS topic for Amazon SES event publishing.');
    expect(normalised(ses, trial)).toMatchObject({ outcome: 'ignore' });
    expect(normalised(ses, envelope({ notificationType: 'AmazonSnsSubscriptionSucceeded' }))).toMatchObject({
      outcome: 'ignore',
    });
  });

  it('reads an event delivered without its envelope', () => {
    const raw = { eventType: 'Send', mail: { ...mail, destination: ['ann@acme.test'] } };
    expect(only(ses, raw, { 'x-amz-sns-message-id': 'sns-2' })).toMatchObject({
      type: 'processed',
      providerEventId: 'sns-2',
    });
  });

  it.each(['', '7', '{}', '{"Type":"Novelty"}'])('%j is malformed', (body) => {
    expect(normalised(ses, body)).toMatchObject({ outcome: 'reject', kind: 'malformed' });
  });
});

describe('sns signature', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  // A bare public key stands for the certificate here: node:crypto reads both.
  const certPem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const source = (more: Partial<SourceSettings> = {}): SourceSettings => ({
    scheme: 'aws-sns',
    keys: [],
    certPem,
    ...more,
  });
  const signed = (message: Record<string, unknown>, version = '2'): Record<string, unknown> => {
    const names = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
    const lines = names.filter((name) => message[name] !== undefined).map((name) => `${name}\n${message[name]}\n`);
    const digest = version === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
    const Signature = createSign(digest).update(lines.join('')).sign(privateKey, 'base64');
    return { ...message, SignatureVersion: version, SigningCertURL: CERTIFICATE_URL, Signature };
  };
  const confirmation = (more: object = {}) =>
    envelope('confirm', {
      Type: 'SubscriptionConfirmation',
      Token: 't',
      SubscribeURL: 'https://sns.eu-west-1.amazonaws.com/?x',
      ...more,
    });

  it.each(['1', '2'])('of version %s covers the message, with a subject and without', (version) => {
    expect(verdict(ses, requestOf(signed(envelope('Hello', { Subject: 'Re' }), version)), source())).toBe('verified');
    expect(verdict(ses, requestOf(signed(envelope('Hello'), version)), source())).toBe('verified');
    expect(verdict(ses, requestOf({ ...signed(envelope('Hello'), version), Message: 'Bye' }), source())).toBe(
      'signature',
    );
  });

  it.each([
    'http://sns.eu-west-1.amazonaws.com/x.pem',
    'https://sns.eu-west-1.amazonaws.com.evil.test/x.pem',
    'https://s3.amazonaws.com/evil/x.pem',
    'https://sns.eu-west-1.amazonaws.com/x.key',
    'https://u:p@sns.eu-west-1.amazonaws.com/x.pem',
    'https://sns.eu-west-1.amazonaws.com:8443/x.pem',
    'nonsense',
    7,
  ])('refuses a certificate from %s', (url) => {
    expect(verdict(ses, requestOf({ ...signed(envelope('Hello')), SigningCertURL: url }), source())).toBe('signature');
  });

  it('asks for the certificate it lacks, of an allowed URL only', () => {
    const { certPem: _certPem, ...bare } = source();
    expect(ses.verify(requestOf(signed(envelope('Hello'))), bare, null)).toMatchObject({
      ok: 'unavailable',
      need: 'certificate',
      certificateUrl: CERTIFICATE_URL,
    });
  });

  it.each([
    { SignatureVersion: '3' },
    { Signature: '' },
    { Signature: 'éé' },
    { Type: 'Novelty' },
    { MessageId: undefined },
  ])('refuses %j', (more) => {
    expect(verdict(ses, requestOf({ ...signed(envelope('Hello')), ...more }), source())).toBe('signature');
  });

  it('refuses a body that is no envelope, and another certificate', () => {
    expect(verdict(ses, requestOf('x'), source())).toBe('signature');
    expect(verdict(ses, requestOf(signed(envelope('Hello'))), source({ certPem: 'nonsense' }))).toBe('signature');
  });

  it('does not act for topics that are not on the list', () => {
    const request = requestOf(signed(envelope('Hello')));
    expect(verdict(ses, request, source({ expectedTopicArn: `arn:other, ${TOPIC}` }))).toBe('verified');
    expect(verdict(ses, request, source({ expectedTopicArn: 'arn:other' }))).toBe('authorization');
  });

  it('confirms a subscription to a listed topic at SNS itself', () => {
    const settings = source({ expectedTopicArn: TOPIC });
    const request = requestOf(signed(confirmation()));
    expect(verdict(ses, request, settings)).toBe('verified');
    expect(ses.normalise(request, settings)).toMatchObject({
      outcome: 'handshake',
      fetch: 'https://sns.eu-west-1.amazonaws.com/?x',
    });
    const elsewhere = requestOf(signed(confirmation({ SubscribeURL: 'https://evil.test/' })));
    expect(verdict(ses, elsewhere, settings)).toBe('authorization');
  });

  it('fetches nothing without a list of topics, nor for the end of a subscription', () => {
    expect(ses.normalise(requestOf(confirmation()), UNSIGNED)).toEqual(
      expect.objectContaining({ outcome: 'handshake', alert: expect.stringContaining(TOPIC) }),
    );
    const ended = ses.normalise(
      requestOf(confirmation({ Type: 'UnsubscribeConfirmation' })),
      source({ expectedTopicArn: TOPIC }),
    );
    expect(ended).toMatchObject({ outcome: 'handshake', alert: expect.stringContaining('ended') });
    expect(ended).not.toHaveProperty('fetch');
  });
});
