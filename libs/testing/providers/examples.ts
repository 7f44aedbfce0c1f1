/** Small requests of our own making for every provider: what fuzzing starts from and what benchmarks post. */

export interface Example {
  readonly provider: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

const json = (provider: string, value: unknown, headers: Readonly<Record<string, string>> = JSON_TYPE): Example => ({
  provider,
  headers,
  body: JSON.stringify(value),
});

const form = (provider: string, fields: Readonly<Record<string, string>>): Example => ({
  provider,
  headers: FORM_TYPE,
  body: new URLSearchParams(fields).toString(),
});

const MAIL =
  'From: =?utf-8?q?Zo=C3=AB?= <zoe@acme.test>\r\nTo: desk@crm.test\r\nSubject: Hi\r\nMessage-Id: <m2@acme.test>\r\n\r\nbody';
const SES_MAIL = {
  messageId: 'm-1',
  timestamp: '2024-05-01T09:00:00Z',
  destination: ['ann@acme.test', 'bob@acme.test'],
};

export const EXAMPLES: readonly Example[] = [
  json('sendgrid', [
    {
      event: 'bounce',
      type: 'blocked',
      email: 'ann+crm@acme.test',
      timestamp: 1_700_000_000,
      sg_event_id: 'e',
      sg_message_id: 'm.filter',
      category: ['a'],
      plan: 'pro',
    },
    { event: 'open', email: 'bob@acme.test', timestamp: '1700000001.5', sg_machine_open: true },
  ]),
  {
    provider: 'sendgrid',
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    body: `--b\r\nContent-Disposition: form-data; name="headers"\r\n\r\n${MAIL.split('\r\n\r\n')[0]}\r\n--b\r\nContent-Disposition: form-data; name="charsets"\r\n\r\n{"subject":"cp850"}\r\n--b\r\nContent-Disposition: form-data; name="subject"\r\n\r\nHi\r\n--b--\r\n`,
  },
  json('mailgun', {
    signature: { timestamp: '1700000000', token: 't', signature: '00' },
    'event-data': {
      event: 'failed',
      severity: 'permanent',
      id: 'e',
      timestamp: 1_700_000_000.123,
      recipient: 'ann@acme.test',
      'delivery-status': { code: 550, message: 'no' },
      'user-variables': { plan: 'pro' },
    },
  }),
  form('mailgun', {
    event: 'clicked',
    recipient: 'ann@acme.test',
    timestamp: '1700000000',
    token: 't',
    signature: '00',
    url: 'https://a',
  }),
  form('mailgun', {
    recipient: 'desk@crm.test',
    'body-mime': MAIL,
    'message-headers': '[["Subject","Hi"]]',
    token: 't',
  }),
  json('postmark', {
    RecordType: 'Bounce',
    Type: 'HardBounce',
    TypeCode: 1,
    ID: 7,
    Email: 'ann@acme.test',
    BouncedAt: '2024-05-01T10:00:00.1234567-04:00',
  }),
  json('postmark', {
    FromFull: { Email: 'ann@acme.test' },
    MessageID: 'in-1',
    Date: 'Wed, 1 May 2024 12:00:00 +0200',
    Headers: [{ Name: 'X', Value: 'y' }],
  }),
  json('ses', {
    Type: 'Notification',
    MessageId: 'sns-1',
    TopicArn: 'arn',
    Timestamp: '2024-05-01T10:00:00Z',
    SignatureVersion: '2',
    SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/x.pem',
    Signature: 'AAAA',
    Message: JSON.stringify({
      eventType: 'Bounce',
      mail: SES_MAIL,
      bounce: { bounceType: 'Permanent', bouncedRecipients: [{ emailAddress: 'ann@acme.test' }] },
    }),
  }),
  json('ses', {
    eventType: 'Subscription',
    mail: SES_MAIL,
    subscription: {
      newTopicPreferences: { topicSubscriptionStatus: [{ topicName: 'a', subscriptionStatus: 'OptOut' }] },
    },
  }),
  json('sparkpost', [
    {
      msys: {
        message_event: {
          type: 'bounce',
          bounce_class: '10',
          event_id: '9',
          rcpt_to: 'ann@acme.test',
          timestamp: '1700000000',
        },
      },
    },
    {
      msys: {
        relay_message: { rcpt_to: 'desk@crm.test', content: { subject: 'Hi', headers: [{ 'Message-ID': '<m>' }] } },
      },
    },
  ]),
  form('mandrill', {
    mandrill_events: JSON.stringify([
      { event: 'click', _id: 'm', ts: 1_700_000_000, url: 'https://a', msg: { email: 'ann@acme.test' } },
      { event: 'inbound', ts: 1_700_000_000, msg: { raw_msg: MAIL } },
      { type: 'blacklist', action: 'add', reject: { email: 'ann@acme.test' } },
    ]),
  }),
  json('brevo', {
    event: 'unique_opened',
    email: ['ann@acme.test'],
    ts_epoch: 1_700_000_000_123,
    'message-id': '<m>',
    tag: '["a"]',
    'X-Mailin-custom': '{"a":1}',
  }),
  json('brevo', {
    items: [
      {
        Uuid: ['u'],
        From: { Address: 'ann@acme.test' },
        To: [{ Address: 'desk@crm.test' }],
        Headers: { 'Message-ID': '<m>' },
      },
    ],
  }),
  json('resend', {
    type: 'email.bounced',
    created_at: '2024-05-01T10:00:00.123Z',
    data: { email_id: 'e', to: ['ann@acme.test', 'bob@acme.test'], bounce: { type: 'Permanent' } },
  }),
  json('mailjet', [{ event: 'bounce', time: 1_700_000_000, MessageID: 1, email: 'ann@acme.test', hard_bounce: true }]),
  json('mailersend', {
    type: 'activity.opened',
    created_at: '2024-05-01T10:00:00Z',
    data: { id: 'e', created_at: '2024-05-01T10:00:00Z', email: { recipient: { email: 'ann@acme.test' } } },
  }),
  json('customerio', {
    event_id: 'e',
    object_type: 'email',
    metric: 'opened',
    timestamp: 1_700_000_000,
    data: { recipient: 'ann@acme.test', identifiers: { id: 'c' } },
  }),
  json('hubspot', [
    {
      subscriptionType: 'contact.propertyChange',
      portalId: 1,
      objectId: 2,
      eventId: 3,
      occurredAt: 1_700_000_000_000,
      propertyName: 'hs_email_optout',
      propertyValue: 'true',
    },
  ]),
  json('klaviyo', {
    meta: { version: '1' },
    data: [
      {
        external_id: 'e',
        topic: 'event:klaviyo.opened_email',
        payload: {
          data: { attributes: { datetime: '2024-05-01T10:00:00Z', event_properties: { machine_open: true } } },
        },
      },
    ],
  }),
  json('loops', {
    eventName: 'email.clicked',
    eventTime: 1_700_000_000,
    contactIdentity: { id: 'c', email: 'ann@acme.test' },
    email: { id: 'm' },
  }),
  json('standard-webhooks', {
    type: 'contact.created',
    timestamp: '2024-05-01T10:00:00Z',
    data: { email: 'ann@acme.test' },
  }),
  json(
    'cloudevents',
    {
      specversion: '1.0',
      id: 'e',
      source: '/s',
      type: 'email.delivered',
      time: '2024-05-01T10:00:00.5+02:00',
      data: { email: 'ann@acme.test' },
    },
    { 'content-type': 'application/cloudevents+json' },
  ),
  json(
    'cloudevents',
    { email: 'ann@acme.test' },
    { ...JSON_TYPE, 'ce-specversion': '1.0', 'ce-id': 'e', 'ce-source': '/s', 'ce-type': 'email.opened' },
  ),
  json('generic-hmac', [
    {
      type: 'custom.paid',
      email: 'ann@acme.test',
      occurredAt: '2024-05-01T10:00:00Z',
      id: 9,
      metadata: { plan: 'pro' },
    },
  ]),
];
