import { countOnce, keyed, normalised, only, requestOf, signedDelivery, verdict } from '#testing/providers/requests.js';
import { resend } from './resend.js';

const SECRET = `whsec_${Buffer.from('a secret of the specs, 32 bytes.').toString('base64')}`;
const DELIVERY = { 'svix-id': 'msg_a1' };
const event = (type: string, data: object = {}): object => ({
  type,
  created_at: '2026-03-04T05:06:07.089Z',
  data: { email_id: 'e-1', to: ['ann+news@acme.test'], created_at: '2026-03-04T05:00:00Z', ...data },
});

describe('resend', () => {
  it.each([
    ['email.sent', 'processed'],
    ['email.scheduled', 'unknown'],
    ['email.delivered', 'delivered'],
    ['email.delivery_delayed', 'deferred'],
    ['email.complained', 'complaint'],
    ['email.opened', 'opened'],
    ['email.clicked', 'clicked'],
    ['email.failed', 'dropped'],
    ['email.suppressed', 'dropped'],
    ['email.received', 'inbound'],
    ['domain.created', 'unknown'],
    ['constructor', 'unknown'],
  ])('%s is %s', (name, type) => {
    expect(only(resend, event(name), DELIVERY)).toMatchObject({ type, providerEventType: name });
  });

  it.each([
    [{ type: 'Permanent', subType: 'General', message: 'no such user' }, 'hard_bounce'],
    [{ type: 'Transient', subType: 'MailboxFull', message: 'full' }, 'soft_bounce'],
    [{ type: 'Undetermined', message: 'who knows' }, 'soft_bounce'],
    [{ type: 'Permanent', subType: 'OnAccountSuppressionList', message: '' }, 'dropped'],
    [{ message: 'Resend has suppressed sending to this address' }, 'dropped'],
    [{ message: 'the server sent a hard bounce message' }, 'hard_bounce'],
    [{ message: "the recipient's inbox was full" }, 'soft_bounce'],
  ])('a bounce of %j is %s', (bounce, type) => {
    expect(only(resend, event('email.bounced', { bounce })).type).toBe(type);
  });

  it('takes the time of the event, not of the mail, and the delivery id for the event id', () => {
    expect(only(resend, event('email.delivered'), DELIVERY)).toMatchObject({
      recipient: 'ann+news@acme.test',
      providerEventId: 'msg_a1',
      providerMessageId: 'e-1',
      occurredAt: '2026-03-04T05:06:07.089Z',
    });
  });

  it('tells what a click was on, and that nobody says who clicked', () => {
    const click = { link: 'https://acme.test/?a=ü', userAgent: 'Agent/1', ipAddress: '192.0.2.7' };
    expect(only(resend, event('email.clicked', { click }))).toMatchObject({
      url: 'https://acme.test/?a=ü',
      userAgent: 'Agent/1',
      ip: '192.0.2.7',
      actor: 'unknown',
    });
  });

  it('gives one ambiguous engagement for each of several recipients, each counted once', () => {
    const engagements = keyed(
      resend,
      event('email.bounced', { to: ['Ann <ann@a.test>', 'bob@b.test', 'ANN@a.test'] }),
      DELIVERY,
    );
    expect(engagements.map(({ engagement }) => engagement.recipient)).toEqual(['ann@a.test', 'bob@b.test']);
    expect(engagements.every(({ engagement }) => engagement.ambiguous)).toBe(true);
    expect(countOnce(engagements[0], engagements[1])).toBe(false);
    expect(only(resend, event('email.bounced', { cc: ['bob@b.test'] })).ambiguous).toBe(true);
    expect(only(resend, event('email.bounced')).ambiguous).toBeUndefined();
  });

  it.each([[[{ name: 'plan', value: 'pro' }]], [{ plan: 'pro' }]])('reads tags given as %j', (tags) => {
    expect(only(resend, event('email.sent', { tags })).metadata).toEqual({ plan: 'pro' });
  });

  it("reads a sending library's X-Tags and X-Metadata", () => {
    const headers = [
      { name: 'X-Tags', value: '["spring","vip"]' },
      { name: 'x-metadata', value: '{"order":7}' },
    ];
    expect(only(resend, event('email.sent', { headers }))).toMatchObject({
      tags: ['spring', 'vip'],
      metadata: { order: 7 },
    });
  });

  it('keeps the state of a contact', () => {
    const contact = { id: 'c-1', audience_id: 'a-1', email: 'ann@acme.test', unsubscribed: true };
    expect(only(resend, { type: 'contact.updated', created_at: '2026-01-01T00:00:00Z', data: contact })).toMatchObject({
      type: 'subscription_change',
      recipient: 'ann@acme.test',
      contactId: 'c-1',
      providerMessageId: null,
      metadata: { unsubscribed: true, audience_id: 'a-1' },
    });
  });

  it('keeps the headers of a received mail', () => {
    const mail = {
      from: 'Zoë <zoe@b.test>',
      to: ['in@acme.test', 'in2@acme.test'],
      subject: 'Hi 🦀',
      message_id: '<m@b.test>',
    };
    expect(only(resend, event('email.received', mail)).inbound).toEqual({
      from: 'zoe@b.test',
      fromName: 'Zoë',
      to: 'in@acme.test',
      subject: 'Hi 🦀',
      rfcMessageId: '<m@b.test>',
      inReplyTo: null,
    });
  });

  it('tells events without a delivery id apart by their content', () => {
    const [first] = keyed(resend, event('email.opened'));
    const [again] = keyed(resend, event('email.opened'));
    const [other] = keyed(resend, { ...event('email.opened'), created_at: '2026-03-04T05:07:00Z' });
    expect([countOnce(first, again), countOnce(first, other)]).toEqual([true, false]);
  });

  it.each(['', '{', '[]', '"text"', '{"data":{}}'])('cannot use %j', (body) => {
    expect(normalised(resend, body)).toMatchObject({ outcome: 'reject', kind: 'malformed' });
  });

  it('verifies Svix signatures with any of the keys, and their time', () => {
    const body = JSON.stringify(event('email.sent'));
    const request = requestOf(body, signedDelivery(SECRET, body, { prefix: 'svix' }));
    const source = { scheme: 'svix-v1', keys: ['whsec_b3RoZXI=', SECRET] };
    const signedAt = 1_760_000_000_000;
    expect(verdict(resend, request, source, signedAt + 300_000)).toBe('verified');
    expect(verdict(resend, request, source, signedAt + 301_000)).toBe('freshness');
    expect(verdict(resend, request, source, signedAt - 301_000)).toBe('freshness');
    expect(verdict(resend, request, { scheme: 'svix-v1', keys: ['whsec_b3RoZXI='] })).toBe('signature');
    expect(verdict(resend, request, { scheme: 'svix-v1', keys: [] })).toBe('signature');
    expect(verdict(resend, requestOf(`${body} `, request.headers), source)).toBe('signature');
  });
});
