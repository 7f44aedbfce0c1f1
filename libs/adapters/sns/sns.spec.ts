/** Against a real HTTPS server that plays SNS: only where we connect to is changed, name and certificate are checked as always. */
import { Agent, createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import type { Source } from '#engine/ingest/source.js';
import { selfSigned } from '#testing/tls/self-signed.js';
import { SnsCertificates } from './sns-certificates.js';
import { SnsConfirmations } from './sns-confirmations.js';
import { snsRequest } from './sns-request.js';

const HOST = 'sns.eu-west-1.amazonaws.com';
const CERTIFICATE = `https://${HOST}/SimpleNotificationService-1.pem`;
const CONFIRM = `https://${HOST}/?Action=ConfirmSubscription&TopicArn=arn&Token=t`;
const server = selfSigned(HOST);
const signing = selfSigned('sns.amazonaws.com');
const source = {} as Source;

type Answer = (path: string) => {
  readonly status: number;
  readonly body?: string | Buffer;
  readonly location?: string;
};

describe('what is fetched from SNS', () => {
  let https: Server;
  let agent: Agent;
  let asked: string[] = [];
  let dialled: string[] = [];
  let answer: Answer = () => ({ status: 200 });

  beforeAll(async () => {
    https = createServer({ cert: server.certPem, key: server.keyPem }, (request, response) => {
      asked.push(request.url ?? '');
      const { status, body, location } = answer(request.url ?? '');
      if (status === 0) return;
      response.writeHead(status, location === undefined ? {} : { location }).end(body);
    });
    await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve));
    const { port } = https.address() as AddressInfo;
    agent = new Agent();
    agent.createConnection = (options) => {
      const { host } = options as { host: string };
      dialled.push(host);
      return connect({ host: '127.0.0.1', port, servername: host, ca: server.certPem });
    };
  });
  afterAll(() => {
    https.closeAllConnections();
    return new Promise((resolve) => https.close(resolve));
  });
  beforeEach(() => {
    asked = [];
    dialled = [];
    answer = () => ({ status: 200, body: signing.certPem });
  });

  const certificates = (now?: () => number) => new SnsCertificates({ agent, ...(now ? { now } : {}) });

  it('fetches a certificate once, however many ask for it at once and later', async () => {
    const all = certificates();
    const pems = await Promise.all([1, 2, 3].map(() => all.pem(CERTIFICATE)));
    pems.push(await all.pem(CERTIFICATE));
    expect(new Set(pems)).toEqual(new Set([signing.certPem]));
    expect(asked).toEqual(['/SimpleNotificationService-1.pem']);
  });

  it.each([
    'https://evil.example/a.pem',
    'http://sns.eu-west-1.amazonaws.com/a.pem',
    'https://sns.eu-west-1.amazonaws.com.evil.example/a.pem',
    'https://sns.eu-west-1.amazonaws.com:8443/a.pem',
    'https://user@sns.eu-west-1.amazonaws.com/a.pem',
    'https://evil.example#@sns.eu-west-1.amazonaws.com/a.pem',
    'https://mybucket.s3.amazonaws.com/a.pem',
    'https://sns.s3.amazonaws.com.cn.evil.example/a.pem',
    'https://sns.eu-west-1.amazonaws.com/a.txt',
    'https://127.0.0.1/a.pem',
    'https://169.254.169.254/latest/meta-data/a.pem',
    'file:///etc/passwd.pem',
    'mist',
  ])('connects nowhere for %s', async (url) => {
    expect(await certificates().pem(url)).toBeUndefined();
    expect(await new SnsConfirmations({ agent }).confirm(source, url)).toBe(false);
    expect(dialled).toEqual([]);
  });

  it('follows no redirect', async () => {
    answer = () => ({ status: 302, location: 'https://evil.example/a.pem' });
    expect(await certificates().pem(CERTIFICATE)).toBeUndefined();
    expect(dialled).toEqual([HOST]);
  });

  it.each([
    ['an error', { status: 500 }],
    ['no certificate', { status: 200, body: 'hello' }],
    ['too much', { status: 200, body: Buffer.alloc(70_000, 65) }],
  ])('is not had from %s, nor asked for again at once', async (_, bad) => {
    let now = 0;
    const all = certificates(() => now);
    answer = () => bad;
    expect(await all.pem(CERTIFICATE)).toBeUndefined();
    answer = () => ({ status: 200, body: signing.certPem });
    expect(await all.pem(CERTIFICATE)).toBeUndefined();
    now = 31_000;
    expect(await all.pem(CERTIFICATE)).toBe(signing.certPem);
    expect(asked).toHaveLength(2);
  });

  it('gives a slow answer up', async () => {
    answer = () => ({ status: 0 });
    await expect(snsRequest(CERTIFICATE, { agent, timeoutMs: 50 })).rejects.toThrow('took more than 50 ms');
  });

  it('fetches few at once, whatever a sender names', async () => {
    answer = () => ({ status: 0 });
    const all = new SnsCertificates({ agent, timeoutMs: 200 });
    const urls = Array.from({ length: 20 }, (_, index) => `https://${HOST}/${index}.pem`);
    expect(await Promise.all(urls.map((url) => all.pem(url)))).toEqual(urls.map(() => undefined));
    expect(dialled).toHaveLength(4);
  });

  it('believes no other host that answers under the name', async () => {
    const url = 'https://sns.us-east-1.amazonaws.com/a.pem';
    expect(await certificates().pem(url)).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('confirms by GET, and by nothing else than a confirmation', async () => {
    const confirmations = new SnsConfirmations({ agent });
    expect(await confirmations.confirm(source, CONFIRM)).toBe(true);
    expect(await confirmations.confirm(source, `https://${HOST}/?Action=DeleteTopic&TopicArn=arn`)).toBe(false);
    answer = () => ({ status: 403 });
    expect(await confirmations.confirm(source, CONFIRM)).toBe(false);
    expect(asked).toHaveLength(2);
  });
});
