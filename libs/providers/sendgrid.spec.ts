import { generateKeyPairSync, sign } from 'node:crypto';
import { countOnce, keyed, normalised, only, requestOf, verdict } from '#testing/providers/requests.js';
import { sendgrid } from './sendgrid.js';

const event = (name: string, more: object = {}): object => ({
  event: name,
  email: 'ann+crm@acme.test',
  timestamp: 1_700_000_000,
  sg_event_id: 'ev-1',
  sg_message_id: 'msg.filter.1',
  'smtp-id': '<a@b>',
  ...more,
});

describe('sendgrid events', () => {
  it.each([
    ['processed', {}, 'processed'],
    ['delivered', {}, 'delivered'],
    ['deferred', {}, 'deferred'],
    ['dropped', {}, 'dropped'],
    ['bounce', { type: 'bounce' }, 'hard_bounce'],
    ['bounce', { type: 'blocked' }, 'soft_bounce'],
    ['bounce', {}, 'hard_bounce'],
    ['open', {}, 'opened'],
    ['click', {}, 'clicked'],
    ['spamreport', {}, 'complaint'],
    ['unsubscribe', {}, 'unsubscribed'],
    ['group_resubscribe', {}, 'resubscribed'],
    ['account_status_change', { email: undefined }, 'unknown'],
    ['toString', {}, 'unknown'],
  ])('%s %j is %s', (name, more, type) => {
    expect(only(sendgrid, [event(name, more)])).toMatchObject({ type, providerEventType: name });
  });

  it.each([
    [true, 'machine'],
    [false, 'human'],
    [undefined, 'unknown'],
  ])('an open with sg_machine_open %s is by %s', (flag, actor) => {
    expect(only(sendgrid, [event('open', { sg_machine_open: flag })]).actor).toBe(actor);
  });

  it('takes every member of the sender for metadata, and the reason from where it is', () => {
    const engagement = only(sendgrid, [
      event('bounce', {
        plan: 'pro',
        n: 9,
        reason: '550 no ',
        status: '5.1.1',
        type: 'bounce',
        bounce_classification: 'Invalid',
      }),
    ]);
    expect(engagement).toMatchObject({
      metadata: { plan: 'pro', n: 9 },
      reason: '550 no ',
      bounce: { status: '5.1.1', type: 'bounce', classification: 'Invalid' },
    });
    expect(only(sendgrid, [event('open', { unique_args: { plan: 'pro' }, n: 1 })]).metadata).toEqual({
      plan: 'pro',
      n: 1,
    });
    expect(only(sendgrid, [event('delivered', { response: '250 OK' })])).toMatchObject({ reason: '250 OK' });
    expect(only(sendgrid, [event('delivered')])).not.toHaveProperty('metadata');
  });

  it('tells the scope of an unsubscribe', () => {
    expect(only(sendgrid, [event('unsubscribe')]).scope).toBe('all');
    expect(only(sendgrid, [event('group_unsubscribe', { asm_group_id: 12 })]).scope).toBe('group:12');
  });

  it('counts an event once that was sent again under another id, or without one', () => {
    const [first, again, bare, later] = keyed(sendgrid, [
      event('open'),
      event('open', { sg_event_id: 'ev-2' }),
      event('open', { sg_event_id: undefined }),
      event('open', { sg_event_id: 'ev-3', timestamp: 1_700_000_001 }),
    ]);
    expect([countOnce(first, again), countOnce(first, bare), countOnce(first, later)]).toEqual([true, true, false]);
  });

  it('tells events apart that share the placeholder id, and events without a time', () => {
    const [open, click] = keyed(sendgrid, [event('open'), event('click')]);
    expect(countOnce(open, click)).toBe(false);
    const [one, other] = keyed(sendgrid, [
      event('open', { sg_event_id: undefined, timestamp: undefined, n: 1 }),
      event('open', { sg_event_id: undefined, timestamp: 'x', n: 2 }),
    ]);
    expect(countOnce(one, other)).toBe(false);
  });

  it('keeps the good elements of a batch and quarantines the bad ones as they stand', () => {
    expect(normalised(sendgrid, `[${JSON.stringify(event('open'))}, "x", {"email" : "a@b"}, null]`)).toMatchObject({
      outcome: 'accept',
      engagements: [{ index: 0 }],
      unreadable: [
        { index: 1, raw: '"x"' },
        { index: 2, raw: '{"email" : "a@b"}', reason: 'the event has no name' },
        { index: 3, raw: 'null' },
      ],
    });
  });

  it.each(['', 'x', '7', '[1,2]', '{}'])('%j is malformed', (body) => {
    expect(normalised(sendgrid, body)).toMatchObject({ outcome: 'reject', kind: 'malformed' });
  });

  it('accepts an empty batch and marks what "Test Your Integration" posts', () => {
    expect(normalised(sendgrid, [])).toEqual({ outcome: 'accept', engagements: [], unreadable: [] });
    const test = { email: 'example@test.com', sg_message_id: '14c5d75ce93.dfd.64b469.filter0001.1.2.0' };
    expect(keyed(sendgrid, [event('open', test)])[0]?.isTest).toBe(true);
    expect(keyed(sendgrid, [event('open', { email: 'example@test.com' })])[0]?.isTest).toBeUndefined();
  });
});

describe('sendgrid inbound parse', () => {
  const part = (name: string, value: string | Buffer, more = ''): Buffer =>
    Buffer.concat([
      Buffer.from(`--b\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`),
      Buffer.from(value),
      Buffer.from('\r\n'),
    ]);
  const form = (...parts: Buffer[]) => Buffer.concat([...parts, Buffer.from('--b--\r\n')]);
  const headers = { 'content-type': 'multipart/form-data; boundary=b' };

  it('reads each field in its own character set', () => {
    const body = form(
      part('headers', 'Message-ID: <m1@acme.test>\nIn-Reply-To: <m0@crm.test>\nSubject: x'),
      part('charsets', '{"subject":"iso-8859-1"}'),
      part('subject', Buffer.from([0x43, 0x61, 0x66, 0xe9])),
      part('from', 'Ann Lee <ann+x@acme.test>'),
      part('to', 'Desk <desk@crm.test>, other@crm.test'),
      part('envelope', '{"to":["desk@crm.test"],"from":"bounce@acme.test"}'),
      part('attachment-info', '{"attachment1":{"filename":"C:\\\\tmp\\\\a.txt"},"attachment2":{"content-id":"cid"}}'),
      part('attachment1', 'text', '; filename="a.txt"'),
      part('attachment2', 'png', '; filename="b.png"'),
    );
    expect(only(sendgrid, body, headers)).toMatchObject({
      type: 'inbound',
      recipient: 'desk@crm.test',
      occurredAt: null,
      inbound: {
        from: 'ann+x@acme.test',
        fromName: 'Ann Lee',
        subject: 'Café',
        rfcMessageId: '<m1@acme.test>',
        inReplyTo: '<m0@crm.test>',
        to: 'desk@crm.test',
        envelopeFrom: 'bounce@acme.test',
        attachments: ['a.txt'],
      },
    });
  });

  it('takes what is missing from the whole mail, and a form without a mail for malformed', () => {
    const body = form(part('email', 'From: ann@acme.test\r\nSubject: =?utf-8?q?=C3=A9?=\r\n\r\nbody'));
    expect(only(sendgrid, body, headers).inbound).toMatchObject({ from: 'ann@acme.test', subject: 'é' });
    expect(normalised(sendgrid, form(part('x', 'y')), headers)).toMatchObject({ outcome: 'reject' });
  });
});

describe('sendgrid signature', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const body = '[{"event":"open"}]\r\n';
  const signed = (timestamp: string, content = body): Readonly<Record<string, string>> => ({
    'x-twilio-email-event-webhook-timestamp': timestamp,
    'x-twilio-email-event-webhook-signature': sign(
      'sha256',
      Buffer.from(timestamp + content),
      pair.privateKey,
    ).toString('base64'),
  });
  const source = { scheme: 'sendgrid-ecdsa-p256-sha256', keys: ['not a key', key] };
  const at = 1_700_000_000_000;

  it('fits the raw bytes, with one of several keys', () => {
    expect(verdict(sendgrid, requestOf(body, signed('1700000000')), source, at)).toBe('verified');
    expect(verdict(sendgrid, requestOf(body.trim(), signed('1700000000')), source, at)).toBe('signature');
    expect(verdict(sendgrid, requestOf(body, signed('1700000000')), { ...source, keys: [] }, at)).toBe('signature');
  });

  it('limits the age by our own policy, and takes no time that is not a number', () => {
    expect(verdict(sendgrid, requestOf(body, signed('1700000000')), source, at + 301_000)).toBe('freshness-policy');
    expect(verdict(sendgrid, requestOf(body, signed('1700000000')), source, at - 301_000)).toBe('freshness-policy');
    expect(verdict(sendgrid, requestOf(body, signed('soon')), source, at)).toBe('signature');
  });

  it.each(['', 'incorrect', 'AAAA', '%%%', 'é'])('refuses the signature %j', (signature) => {
    const headers = { ...signed('1700000000'), 'x-twilio-email-event-webhook-signature': signature };
    expect(verdict(sendgrid, requestOf(body, headers), source, at)).toBe('signature');
  });
});
