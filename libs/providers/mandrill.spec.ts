import { createHmac } from 'node:crypto';
import { countOnce, keyed, normalised, only, requestOf, verdict, WEBHOOK_URL } from '#testing/providers/requests.js';
import { mandrill } from './mandrill.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const form = (events: unknown, more: Readonly<Record<string, string>> = {}): string =>
  new URLSearchParams({
    mandrill_events: typeof events === 'string' ? events : JSON.stringify(events),
    ...more,
  }).toString();
const event = (name: string, more: object = {}, message: object = {}): object => ({
  event: name,
  _id: 'm-1',
  ts: 1_700_000_000,
  msg: {
    _id: 'm-1',
    email: 'ann+crm@acme.test',
    ts: 1_699_999_000,
    tags: ['a'],
    metadata: { plan: 'pro' },
    ...message,
  },
  ...more,
});

describe('mandrill', () => {
  it.each([
    ['send', 'processed'],
    ['delivered', 'delivered'],
    ['deferral', 'deferred'],
    ['soft_bounce', 'soft_bounce'],
    ['hard_bounce', 'hard_bounce'],
    ['reject', 'dropped'],
    ['open', 'opened'],
    ['click', 'clicked'],
    ['spam', 'complaint'],
    ['unsub', 'unsubscribed'],
    ['novelty', 'unknown'],
  ])('%s is %s', (name, type) => {
    expect(only(mandrill, form([event(name)]), FORM)).toMatchObject({
      type,
      recipient: 'ann+crm@acme.test',
      providerMessageId: 'm-1',
      occurredAt: '2023-11-14T22:13:20.000Z',
      tags: ['a'],
      metadata: { plan: 'pro' },
    });
  });

  it('tells a bounce and a click in detail', () => {
    const bounce = event(
      'hard_bounce',
      {},
      { diag: 'smtp;550 no', bounce_description: 'bad_mailbox', bgtools_code: 10 },
    );
    expect(only(mandrill, form([bounce]), FORM)).toMatchObject({
      reason: 'smtp;550 no',
      bounce: { type: 'bad_mailbox', code: '10' },
    });
    const click = event('click', { url: 'https://acme.test/a', user_agent: 'UA', ip: '203.0.113.9' });
    expect(only(mandrill, form([click]), FORM)).toMatchObject({
      url: 'https://acme.test/a',
      userAgent: 'UA',
      ip: '203.0.113.9',
    });
  });

  it('reads changes of the lists', () => {
    const change = {
      type: 'whitelist',
      action: 'remove',
      ts: 1_700_000_000,
      entry: { email: 'ann@acme.test', detail: 'asked' },
    };
    expect(only(mandrill, form([change]), FORM)).toMatchObject({
      type: 'subscription_change',
      providerEventType: 'whitelist',
      recipient: 'ann@acme.test',
      scope: 'whitelist:remove',
      reason: 'asked',
    });
  });

  it('reads a mail from its parts, and what they lack from the whole of it', () => {
    const raw = 'From: Ann Lee <ann@acme.test>\nSubject: raw\nIn-Reply-To: <m1@crm.test>\n\nbody';
    const message = {
      raw_msg: raw,
      subject: 'Hi',
      from_email: 'ann@acme.test',
      headers: { 'Message-Id': ['<m2@acme.test>'] },
    };
    expect(only(mandrill, form([{ event: 'inbound', ts: 1_700_000_000, msg: message }]), FORM).inbound).toMatchObject({
      from: 'ann@acme.test',
      fromName: 'Ann Lee',
      subject: 'Hi',
      rfcMessageId: '<m2@acme.test>',
      inReplyTo: '<m1@crm.test>',
    });
  });

  it('tells clicks on two links apart', () => {
    const click = (url: string) => keyed(mandrill, form([event('click', { url })]), FORM)[0];
    expect([
      countOnce(click('https://a'), click('https://a')),
      countOnce(click('https://a'), click('https://b')),
    ]).toEqual([true, false]);
  });

  it('takes nothing but an array, element by element', () => {
    expect(normalised(mandrill, form([event('open'), 7, {}]), FORM)).toMatchObject({
      engagements: [{ index: 0 }],
      unreadable: [
        { index: 1, raw: '7' },
        { index: 2, raw: '{}' },
      ],
    });
    for (const body of [form({ event: 'open' }), form('GARBAGE'), 'other=1', '']) {
      expect(normalised(mandrill, body, FORM)).toMatchObject({ outcome: 'reject', kind: 'malformed' });
    }
  });
});

describe('mandrill signature', () => {
  const mac = (key: string, url: string, fields: string): string =>
    createHmac('sha1', key)
      .update(url + fields)
      .digest('base64');
  const source = {
    scheme: 'mandrill-hmac-sha1-base64',
    keys: ['old', 'key'],
    signedUrl: 'https://u:p@crm.test/ingest/s?x=1',
  };
  const signed = (signature: string) => ({ ...FORM, 'x-mandrill-signature': signature });

  it('covers the registered URL and the decoded fields in the order of their names', () => {
    const fields = { zulu: 'ä &', alpha: '' };
    const content = 'alphamandrill_events[{"event":"open"}]zuluä &';
    const body = form('[{"event":"open"}]', fields);
    expect(verdict(mandrill, requestOf(body, signed(mac('key', source.signedUrl, content))), source)).toBe('verified');
    expect(verdict(mandrill, requestOf(body, signed(mac('key', WEBHOOK_URL, content))), source)).toBe('signature');
    const { signedUrl: _signedUrl, ...unset } = source;
    expect(verdict(mandrill, requestOf(body, signed(mac('key', WEBHOOK_URL, content))), unset)).toBe('verified');
  });

  it.each(['', '%%%', 'AAAA', 'é'])('refuses %j', (signature) => {
    expect(verdict(mandrill, requestOf(form([]), signed(signature)), source)).toBe('signature');
  });

  it('calls what never was a batch malformed', () => {
    expect(verdict(mandrill, requestOf(form('GARBAGE'), signed(mac('x', 'y', 'z'))), source)).toBe('malformed');
  });

  it('answers the probes of a new webhook before there is a key', () => {
    const keyless = { ...source, keys: [] };
    expect(mandrill.greet?.({ ...requestOf(''), method: 'HEAD' }, keyless)).toEqual({ status: 200 });
    expect(mandrill.greet?.(requestOf(''), keyless)).toBeUndefined();
    const test = requestOf(form('[]'), signed(mac('test-webhook', source.signedUrl, 'mandrill_events[]')));
    expect(verdict(mandrill, test, keyless)).toBe('verified');
    expect(mandrill.normalise(test, keyless)).toMatchObject({ outcome: 'ignore' });
  });

  it('takes the known word of the probe for no key of anything else', () => {
    const body = '[{"event":"open"}]';
    const forged = requestOf(form(body), signed(mac('test-webhook', source.signedUrl, `mandrill_events${body}`)));
    expect(verdict(mandrill, forged, source)).toBe('signature');
  });
});
