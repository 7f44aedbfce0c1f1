import { countOnce, keyed, normalised, only, requestOf, verdict } from '#testing/providers/requests.js';
import { mailjet } from './mailjet.js';

const event = (name: string, more: object = {}): object => ({
  event: name,
  time: 1_700_000_000,
  mj_message_id: '576460752303423488',
  email: 'ann@acme.test',
  mj_contact_id: 9_876_543_210,
  ...more,
});

describe('mailjet', () => {
  it.each([
    ['sent', 'delivered'],
    ['open', 'opened'],
    ['click', 'clicked'],
    ['blocked', 'dropped'],
    ['spam', 'complaint'],
    ['unsub', 'unsubscribed'],
    ['novelty', 'unknown'],
  ])('%s is %s', (name, type) => {
    expect(only(mailjet, event(name))).toMatchObject({ type, providerEventType: name, recipient: 'ann@acme.test' });
  });

  it.each([
    [{ hard_bounce: true, blocked: true, error: 'user unknown', error_related_to: 'recipient' }, 'hard_bounce'],
    [{ hard_bounce: false, blocked: true, error: 'greylisted', error_related_to: 'domain' }, 'deferred'],
    [{ hard_bounce: false, blocked: false, error: 'quota exceeded', error_related_to: 'recipient' }, 'soft_bounce'],
  ])('a bounce of %j is %s', (bounce, type) => {
    expect(only(mailjet, event('bounce', bounce))).toMatchObject({
      type,
      reason: bounce.error,
      bounce: { hard: bounce.hard_bounce, blocked: bounce.blocked, relatedTo: bounce.error_related_to },
    });
  });

  it('keeps every digit of a message id', () => {
    const engagement = only(mailjet, '{"event":"open","time":1700000000,"MessageID":1152921504606846977}');
    expect(engagement).toMatchObject({ providerMessageId: '1152921504606846977', recipient: null });
  });

  it('names the person by its contact id, which is 0 where there is none', () => {
    expect(only(mailjet, event('open', { email: undefined })).contactId).toBe('9876543210');
    expect(only(mailjet, event('open', { mj_contact_id: 0 })).contactId).toBeUndefined();
  });

  it('takes a mixed array element by element', () => {
    const outcome = normalised(mailjet, [event('sent'), 7, event('novelty'), { time: 1 }]);
    expect(outcome).toMatchObject({
      outcome: 'accept',
      engagements: [{ index: 0 }, { index: 2 }],
      unreadable: [
        { index: 1, raw: '7' },
        { index: 3, raw: '{"time":1}' },
      ],
    });
    expect(normalised(mailjet, [])).toMatchObject({ outcome: 'ignore' });
  });

  it('reads a payload that is JSON, and keeps one that is not', () => {
    expect(only(mailjet, event('open', { CustomID: 'c', Payload: '{"plan":"pro"}' })).metadata).toEqual({
      plan: 'pro',
    });
    const metadata = { CustomID: 'c', Payload: 'plan=pro' };
    expect(only(mailjet, event('open', metadata)).metadata).toEqual(metadata);
    expect(only(mailjet, event('open', { customcampaign: 'spring' })).tags).toEqual(['spring']);
  });

  it.each([
    [{ mj_list_id: 12 }, 'list:12'],
    [{ mj_list_id: 0 }, 'all'],
    [{}, 'all'],
  ])('unsubscribes from %j as %s', (list, scope) => {
    expect(only(mailjet, event('unsub', list)).scope).toBe(scope);
  });

  it('counts a repeated event once, and another click as another', () => {
    const [first, again, other] = keyed(mailjet, [
      event('click', { url: 'https://a.test/1' }),
      event('click', { url: 'https://a.test/1' }),
      event('click', { url: 'https://a.test/2' }),
    ]);
    expect([countOnce(first, again), countOnce(first, other)]).toEqual([true, false]);
  });

  it('keeps the headers of a received mail', () => {
    const mail = {
      Sender: 'bounce@b.test',
      Recipient: 'in@acme.test',
      Date: '20260101T000000',
      From: '"Zoë, B" <zoe@b.test>',
      Subject: 'Re: hello',
      Headers: { 'Message-Id': ['<m@b.test>'], 'In-Reply-To': '<o@acme.test>' },
      SpamAssassinScore: '0.1',
    };
    expect(only(mailjet, mail)).toMatchObject({
      type: 'inbound',
      providerEventType: 'parseapi',
      recipient: 'in@acme.test',
      providerMessageId: '<m@b.test>',
      occurredAt: null,
      inbound: { from: 'zoe@b.test', fromName: 'Zoë, B', envelopeFrom: 'bounce@b.test', inReplyTo: '<o@acme.test>' },
    });
  });

  it('asks for credentials unless it is unsigned on purpose', () => {
    const basic = { authorization: `Basic ${Buffer.from('me:secret').toString('base64')}` };
    const source = { scheme: 'http-basic', keys: ['old:one', 'me:secret'] };
    expect(verdict(mailjet, requestOf([], basic), source)).toBe('verified');
    expect(verdict(mailjet, requestOf([]), source)).toBe('signature');
    expect(verdict(mailjet, requestOf([]), { scheme: 'none', keys: [] })).toBe('unsigned');
  });

  it.each(['', 'null', '"x"', '[1]', '{}'])('cannot use %j', (body) => {
    expect(normalised(mailjet, body)).toMatchObject({ outcome: 'reject', kind: 'malformed' });
  });
});
