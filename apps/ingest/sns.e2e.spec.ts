import { sign } from 'node:crypto';
import { MemoryIngest, memorySource } from '#testing/ingest/memory-ingest.js';
import { selfSigned } from '#testing/tls/self-signed.js';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:mail';
const HOST = 'https://sns.eu-west-1.amazonaws.com';
const CONFIRM = `${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=t1`;
const signing = selfSigned('sns.amazonaws.com');

const SIGNED = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];

function message(type: string, more: Record<string, string> = {}): string {
  const isConfirmation = type !== 'Notification';
  const envelope: Record<string, string> = {
    Type: type,
    MessageId: 'm-1',
    TopicArn: TOPIC,
    Message: JSON.stringify({
      eventType: 'Delivery',
      mail: { messageId: 'ses-1', timestamp: '2026-11-24T11:59:00Z', destination: ['ann@example.com'] },
      delivery: { timestamp: '2026-11-24T11:59:30Z', recipients: ['ann@example.com'] },
    }),
    Timestamp: '2026-11-24T12:00:00Z',
    SignatureVersion: '2',
    SigningCertURL: `${HOST}/SimpleNotificationService-1.pem`,
    ...(isConfirmation ? { Token: 't1', SubscribeURL: CONFIRM } : {}),
    ...more,
  };
  const members = SIGNED.filter((name) => envelope[name] !== undefined);
  const content = members.map((name) => `${name}\n${envelope[name]}\n`).join('');
  const Signature = sign('RSA-SHA256', Buffer.from(content), signing.privateKey).toString('base64');
  return JSON.stringify({ ...envelope, Signature });
}

describe('Amazon SNS over HTTP', () => {
  let ingest: MemoryIngest;
  let pem: string | undefined;
  let confirms = true;
  const confirmed: string[] = [];
  const certificatesAsked: string[] = [];

  beforeAll(async () => {
    const settings = { scheme: 'aws-sns', keys: [], expectedTopicArn: TOPIC };
    ingest = await MemoryIngest.start({
      sources: [
        memorySource('topic', 'ses', { settings }),
        memorySource('any-topic', 'ses', { settings: { scheme: 'aws-sns', keys: [] } }),
      ],
      outside: {
        certificates: {
          pem: async (url) => {
            certificatesAsked.push(url);
            return pem;
          },
        },
        confirmations: {
          confirm: async (_, url) => {
            confirmed.push(url);
            return confirms;
          },
        },
      },
    });
  });
  afterAll(() => ingest.close());
  beforeEach(() => {
    ingest.clear();
    pem = signing.certPem;
    confirms = true;
    confirmed.length = 0;
    certificatesAsked.length = 0;
  });
  const post = async (body: string, path = 'topic'): Promise<number> =>
    (await fetch(`${ingest.url}/ingest/${path}`, { method: 'POST', body, headers: { 'content-type': 'text/plain' } }))
      .status;

  it('takes a notification in; while its certificate is out of reach it asks for it again, never by a 4xx', async () => {
    pem = undefined;
    expect(await post(message('Notification'))).toBe(503);
    expect(ingest.counted).toEqual(['received', 'unavailable']);
    pem = signing.certPem;
    expect(await post(message('Notification'))).toBe(200);
    expect(ingest.records('engagements')).toHaveLength(1);
  });

  it('refuses a message signed by another key, and one whose certificate is elsewhere without asking for it', async () => {
    pem = selfSigned('sns.amazonaws.com').certPem;
    expect(await post(message('Notification'))).toBe(401);
    const elsewhere = { SigningCertURL: 'https://bucket.s3.amazonaws.com/a.pem' };
    expect(await post(message('Notification', elsewhere))).toBe(401);
    expect(certificatesAsked).toHaveLength(1);
  });

  it('confirms the subscription to its topic before it says so, and again when that failed', async () => {
    confirms = false;
    expect(await post(message('SubscriptionConfirmation'))).toBe(503);
    expect(ingest.records('deliveries')).toEqual([]);
    confirms = true;
    expect(await post(message('SubscriptionConfirmation'))).toBe(200);
    expect(confirmed).toEqual([CONFIRM, CONFIRM]);
  });

  it.each([
    ['another topic', { TopicArn: 'arn:aws:sns:eu-west-1:666666666666:theirs' }],
    ['a subscribe URL that is not of SNS', { SubscribeURL: 'http://169.254.169.254/latest/meta-data' }],
  ])('fetches nothing for %s', async (_, more) => {
    expect(await post(message('SubscriptionConfirmation', more))).toBe(401);
    expect(confirmed).toEqual([]);
    expect(ingest.counted).toContain('authorization');
  });

  it('confirms nothing by itself while the source names no topic: a person is told', async () => {
    expect(await post(message('SubscriptionConfirmation'), 'any-topic')).toBe(200);
    expect(confirmed).toEqual([]);
    expect(ingest.counted.join()).toContain('asks to subscribe');
  });

  it('raises an alarm when a subscription ends, and does not subscribe again', async () => {
    expect(await post(message('UnsubscribeConfirmation'))).toBe(200);
    expect(confirmed).toEqual([]);
    expect(ingest.counted.join()).toContain('SNS ended the subscription');
  });
});
