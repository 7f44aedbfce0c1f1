import { countOnce, hmac, keyed, normalised, only, requestOf, UNSIGNED, verdict } from '#testing/providers/requests.js';
import { mailgun } from './mailgun.js';

const event = (name: string, more: object = {}): object => ({
  'event-data': {
    event: name,
    id: 'ev-1',
    timestamp: 1_700_000_000.123987,
    recipient: 'ann+crm@acme.test',
    message: { headers: { 'message-id': '<m1@crm.test>', to: 'Ann <ann@acme.test>' } },
    ...more,
  },
});

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const form = (fields: readonly (readonly [string, string])[]): string =>
  new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString();

describe('mailgun events', () => {
  it.each([
    ['accepted', {}, 'processed'],
    ['delivered', {}, 'delivered'],
    ['rejected', {}, 'dropped'],
    ['complained', {}, 'complaint'],
    ['unsubscribed', {}, 'unsubscribed'],
    ['failed', { severity: 'temporary', 'delivery-status': { code: 452 } }, 'deferred'],
    ['failed', { severity: 'permanent', 'delivery-status': { code: 550 } }, 'hard_bounce'],
    ['failed', { severity: 'permanent', 'delivery-status': { code: 605 } }, 'dropped'],
    ['failed', { severity: 'permanent', reason: 'suppress-unsubscribe' }, 'dropped'],
    ['failed', {}, 'soft_bounce'],
    ['list_member_uploaded', {}, 'unknown'],
  ])('%s %j is %s', (name, more, type) => {
    expect(only(mailgun, event(name, more))).toMatchObject({
      type,
      providerEventId: 'ev-1',
      providerMessageId: 'm1@crm.test',
      occurredAt: '2023-11-14T22:13:20.123Z',
    });
  });

  it.each([
    ['apple', 'machine'],
    ['generic', 'machine'],
    ['', 'human'],
    [undefined, 'unknown'],
  ])('an open with bot %j is by %s', (bot, actor) => {
    expect(only(mailgun, event('opened', { 'client-info': { bot } })).actor).toBe(actor);
  });

  it('tells what happened in the words of the other server', () => {
    const status = { code: 550, message: '', description: 'no such user' };
    expect(
      only(mailgun, event('failed', { severity: 'permanent', reason: 'bounce', 'delivery-status': status })),
    ).toMatchObject({
      reason: 'no such user',
      bounce: { code: 550, severity: 'permanent', reason: 'bounce' },
    });
    expect(only(mailgun, event('rejected', { reject: { reason: 'Virus' } })).reason).toBe('Virus');
  });

  it('takes the addressee of a rejected mail, and says when there are several', () => {
    expect(only(mailgun, event('rejected', { recipient: undefined }))).toMatchObject({ recipient: 'ann@acme.test' });
    const several = { recipient: undefined, message: { headers: { to: 'a@x.test, b@x.test' } } };
    expect(only(mailgun, event('rejected', several))).toMatchObject({ recipient: 'a@x.test', ambiguous: true });
  });

  it('holds an id for unique only within its day', () => {
    const [one] = keyed(mailgun, event('opened'));
    const [same] = keyed(mailgun, event('opened', { timestamp: '1700000001' }));
    const [other] = keyed(mailgun, event('opened', { timestamp: 1_700_086_400 }));
    expect([countOnce(one, same), countOnce(one, other)]).toEqual([true, false]);
  });

  it.each(['[]', '{}', '{"event-data":7}', '{"event-data":{}}', '{"event-data":', 'x=1', ''])(
    '%j is malformed',
    (body) => {
      expect(normalised(mailgun, body)).toMatchObject({ outcome: 'reject', kind: 'malformed' });
    },
  );
});

describe('mailgun forms', () => {
  it('takes the first of a field and the last of the signed ones', () => {
    const body = form([
      ['event', 'clicked'],
      ['event', 'mine'],
      ['recipient', 'ann@acme.test'],
      ['url', 'https://acme.test/a'],
      ['token', 'mine'],
      ['token', 'tok'],
      ['timestamp', 'mine'],
      ['timestamp', '1700000000'],
      ['Message-Id', '<m1@crm.test>'],
      ['tag', 'a'],
      ['tag', 'b'],
      ['plan', 'pro'],
    ]);
    expect(only(mailgun, body, FORM)).toMatchObject({
      type: 'clicked',
      actor: 'unknown',
      providerEventId: 'tok',
      providerMessageId: '<m1@crm.test>',
      occurredAt: '2023-11-14T22:13:20.000Z',
      url: 'https://acme.test/a',
      tags: ['a', 'b'],
      metadata: { plan: 'pro' },
    });
  });

  it.each([
    ['bounced', '550', 'hard_bounce'],
    ['bounced', '450', 'soft_bounce'],
    ['dropped', '605', 'dropped'],
  ])('%s with %s is %s', (name, code, type) => {
    expect(
      only(
        mailgun,
        form([
          ['event', name],
          ['code', code],
        ]),
        FORM,
      ).type,
    ).toBe(type);
  });

  const mail =
    'From: Ann Lee <ann@acme.test>\nTo: Desk <desk@crm.test>\nSubject: Hi\nMessage-Id: <m2@acme.test>\nIn-Reply-To: <m1@crm.test>\n\nbody';
  const headers = JSON.stringify([
    ['From', 'Ann Lee <ann@acme.test>'],
    ['To', 'Desk <desk@crm.test>'],
    ['Subject', 'Hi'],
    ['Message-Id', '<m2@acme.test>'],
    ['In-Reply-To', '<m1@crm.test>'],
  ]);

  it.each([
    ['body-mime', mail],
    ['message-headers', headers],
    ['body-plain', 'body'],
  ])('reads a mail from %s', (field, value) => {
    const body = form([
      ['recipient', 'desk@crm.test'],
      ['sender', 'bounce@acme.test'],
      ['token', 'tok'],
      [field, value],
      ...(field === 'body-plain' ? JSON.parse(headers) : []),
    ]);
    expect(only(mailgun, body, FORM)).toMatchObject({
      type: 'inbound',
      recipient: 'desk@crm.test',
      inbound: {
        from: 'ann@acme.test',
        fromName: 'Ann Lee',
        subject: 'Hi',
        rfcMessageId: '<m2@acme.test>',
        inReplyTo: '<m1@crm.test>',
        to: 'desk@crm.test',
        envelopeFrom: 'bounce@acme.test',
      },
    });
  });
});

describe('mailgun signature', () => {
  const source = { scheme: 'mailgun-hmac-sha256', keys: ['old', 'key'] };
  const block = (timestamp: string, token = 'tok', key = 'key') => ({
    timestamp,
    token,
    signature: hmac('hex', key, timestamp, token),
  });
  const at = 1_700_000_000_000;

  it('covers the token, which is handed on for the memory of tokens', () => {
    const request = requestOf({ signature: block('1700000000'), ...event('opened') });
    expect(mailgun.verify(request, source, at)).toEqual({ ok: true, verified: true, replayToken: '1700000000tok' });
    const flat = requestOf(form([['event', 'opened'], ...Object.entries(block('1700000000'))]), FORM);
    expect(mailgun.verify(flat, source, at)).toMatchObject({ ok: true, replayToken: '1700000000tok' });
  });

  it('hands on the same token when characters are moved from the token to the time, which the signature bears', () => {
    const { signature } = block('1700000000', '.5tok');
    const moved = { timestamp: '1700000000.5', token: 'tok', signature };
    expect(mailgun.verify(requestOf({ signature: moved }), source, at)).toEqual(
      mailgun.verify(requestOf({ signature: block('1700000000', '.5tok') }), source, at),
    );
  });

  it('may be the parent account’s', () => {
    const body = { signature: block('1700000000', 'tok', 'sub'), 'parent-signature': block('1700000000', 'tok2') };
    expect(mailgun.verify(requestOf(body), source, at)).toMatchObject({ ok: true, replayToken: '1700000000tok2' });
  });

  it.each([
    ['another key', { signature: block('1700000000', 'tok', 'other') }, 'signature'],
    ['another token', { signature: { ...block('1700000000'), token: 'x' } }, 'signature'],
    ['an empty one', { signature: { ...block('1700000000'), signature: '' } }, 'signature'],
    ['a garbled one', { signature: { ...block('1700000000'), signature: 'éé' } }, 'signature'],
    ['none', {}, 'signature'],
    ['one of a time that is no number', { signature: block('soon') }, 'signature'],
    ['a stale one', { signature: block('1699999699') }, 'freshness-policy'],
    ['one from the future', { signature: block('1700000301') }, 'freshness-policy'],
  ])('refuses %s', (_what, body, kind) => {
    expect(verdict(mailgun, requestOf(body), source, at)).toBe(kind);
  });

  it('refuses what is no body of Mailgun, and a source without a key', () => {
    expect(verdict(mailgun, requestOf(''), source)).toBe('signature');
    expect(verdict(mailgun, requestOf('{"signature":'), source)).toBe('signature');
    expect(verdict(mailgun, requestOf({ signature: block('1700000000') }), { ...source, keys: [] })).toBe('signature');
    expect(verdict(mailgun, requestOf('{}'), UNSIGNED)).toBe('unsigned');
  });
});
