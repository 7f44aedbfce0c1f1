import { countOnce, hmac, keyed, normalised, only, requestOf, verdict } from '#testing/providers/requests.js';
import { mailersend } from './mailersend.js';

/** The nested payload of version 1. */
const nested = (
  name: string,
  { id = 'act-1', at = '2026-02-03T04:05:06.789000Z', morph = null as object | null } = {},
) => ({
  type: `activity.${name}`,
  created_at: '2026-02-03T04:05:09.000000Z',
  data: {
    id,
    type: name,
    created_at: at,
    email: { id: 'mail-1', tags: ['spring'], message: { id: 'msg-1' }, recipient: { email: 'ann@acme.test' } },
    morph,
  },
});

/** The flat payload of version 2; its inner type is the state of the mail. */
const flat = (name: string, more: object = {}): object => ({
  type: `activity.${name}`,
  created_at: '2026-02-03T04:05:06.789000Z',
  data: { id: 'act-2', message_id: 'msg-2', email_id: 'mail-2', type: 'delivered', recipient: 'bob@b.test', ...more },
});

describe('mailersend', () => {
  it.each([
    ['sent', 'processed'],
    ['delivered', 'delivered'],
    ['deferred', 'deferred'],
    ['soft_bounced', 'soft_bounce'],
    ['hard_bounced', 'hard_bounce'],
    ['opened', 'opened'],
    ['opened_unique', 'opened'],
    ['clicked', 'clicked'],
    ['clicked_unique', 'clicked'],
    ['unsubscribed', 'unsubscribed'],
    ['spam_complaint', 'complaint'],
    ['spam_complaints', 'complaint'],
    ['suppressed', 'dropped'],
    ['survey_opened', 'unknown'],
  ])('%s is %s in both generations', (name, type) => {
    expect(only(mailersend, nested(name)).type).toBe(type);
    expect(only(mailersend, flat(name)).type).toBe(type);
  });

  it('reads the nested payload', () => {
    const morph = { object: 'click', id: 'v-1', ip: '192.0.2.1', url: 'https://acme.test/' };
    expect(only(mailersend, nested('clicked', { morph }))).toMatchObject({
      recipient: 'ann@acme.test',
      providerEventId: 'act-1',
      providerMessageId: 'msg-1',
      occurredAt: '2026-02-03T04:05:06.789Z',
      url: 'https://acme.test/',
      ip: '192.0.2.1',
      tags: ['spring'],
      actor: 'unknown',
    });
  });

  it('reads the flat payload, whose address is `recipient` or `email`', () => {
    const meta = { bounce_reason: 'no such user', bounce_code: '550', bounce_type: 'hard' };
    expect(only(mailersend, flat('hard_bounced', { meta, tags: ['t'] }))).toMatchObject({
      recipient: 'bob@b.test',
      providerMessageId: 'msg-2',
      occurredAt: '2026-02-03T04:05:06.789Z',
      reason: 'no such user',
      bounce: { type: 'hard', code: '550' },
      tags: ['t'],
    });
    expect(only(mailersend, flat('sent', { recipient: undefined, email: 'cy@c.test', meta: [] })).recipient).toBe(
      'cy@c.test',
    );
  });

  it('takes no address of ours for a recipient', () => {
    const verified = { type: 'sender_identity.verified', data: { id: 's', email: 'me@acme.test' } };
    expect(only(mailersend, verified)).toMatchObject({ type: 'unknown', recipient: null });
  });

  it('counts the plain and the unique event of one view once, and a later view again', () => {
    const at = (time: string) => `2026-02-03T04:05:${time}Z`;
    const [plain] = keyed(mailersend, nested('opened', { id: 'a', at: at('06.999') }));
    const [unique] = keyed(mailersend, nested('opened_unique', { id: 'b', at: at('07.001') }));
    const [later] = keyed(mailersend, nested('opened', { id: 'c', at: at('59.000') }));
    expect([countOnce(plain, unique), countOnce(plain, later)]).toEqual([true, false]);
    const morph = { id: 'v-1' };
    const [slow] = keyed(mailersend, nested('opened', { id: 'd', at: at('01.000'), morph }));
    const [slowUnique] = keyed(mailersend, nested('opened_unique', { id: 'e', at: at('58.000'), morph }));
    expect(countOnce(slow, slowUnique)).toBe(true);
  });

  it('keeps the headers of a received mail', () => {
    const mail = {
      id: 'in-1',
      created_at: '2026-02-03T04:05:06Z',
      recipients: { rcptTo: [{ email: 'in@acme.test' }], to: { data: [{ email: 'hello@acme.test' }] } },
      from: { email: 'zoe@b.test', name: 'Zoë' },
      sender: { email: 'bounce@b.test' },
      subject: 'Grüße',
      headers: { 'Message-ID': '<m@b.test>', Received: ['one', 'two'] },
    };
    expect(only(mailersend, { type: 'inbound.message', data: mail })).toMatchObject({
      type: 'inbound',
      recipient: 'in@acme.test',
      providerMessageId: '<m@b.test>',
      inbound: { from: 'zoe@b.test', fromName: 'Zoë', to: 'hello@acme.test', subject: 'Grüße', inReplyTo: null },
    });
  });

  it('ignores the test of a new webhook', () => {
    expect(normalised(mailersend, { type: 'webhook.test' })).toMatchObject({ outcome: 'ignore' });
  });

  it.each(['', '[]', '{}', '{"data":"x"}'])('cannot use %j', (body) => {
    expect(normalised(mailersend, body)).toMatchObject({ outcome: 'reject', kind: 'malformed' });
  });

  it('verifies the MAC of the raw body', () => {
    const body = '{"type": "activity.sent"}\r\n';
    const source = { scheme: 'mailersend-hmac-sha256-hex', keys: ['new', 'old'] };
    const signed = (signature: string): string => verdict(mailersend, requestOf(body, { signature }), source);
    expect(signed(hmac('hex', 'old', body))).toBe('verified');
    expect(signed(hmac('hex', 'other', body))).toBe('signature');
    expect(signed(hmac('hex', 'old', body).slice(2))).toBe('signature');
    expect(signed('zoë')).toBe('signature');
    expect(verdict(mailersend, requestOf(body), source)).toBe('signature');
  });
});
