import { countOnce, keyed, normalised, only, requestOf, signedDelivery, verdict } from '#testing/providers/requests.js';
import { loops } from './loops.js';

const SECRET = `whsec_${Buffer.from('a secret of the specs').toString('base64')}`;
const event = (eventName: string, more: object = {}): object => ({
  eventName,
  eventTime: 1_700_000_000,
  contactIdentity: { id: 'c-1', email: 'ann+news@acme.test', userId: null },
  ...more,
});
const delivered = (id: string): Readonly<Record<string, string>> => ({ 'webhook-id': id });

describe('loops', () => {
  it.each([
    ['campaign.email.sent', 'processed'],
    ['loop.email.sent', 'processed'],
    ['transactional.email.sent', 'processed'],
    ['email.delivered', 'delivered'],
    ['email.softBounced', 'soft_bounce'],
    ['email.hardBounced', 'hard_bounce'],
    ['email.opened', 'opened'],
    ['email.clicked', 'clicked'],
    ['email.unsubscribed', 'unsubscribed'],
    ['email.resubscribed', 'resubscribed'],
    ['email.spamReported', 'complaint'],
    ['contact.unsubscribed', 'unsubscribed'],
    ['contact.mailingList.subscribed', 'subscription_change'],
    ['contact.mailingList.unsubscribed', 'subscription_change'],
    ['contact.created', 'unknown'],
    ['contact.deleted', 'unknown'],
  ])('%s is %s', (name, type) => {
    expect(only(loops, event(name))).toMatchObject({ type, providerEventType: name, recipient: 'ann+news@acme.test' });
  });

  it('tells the send and what it was part of', () => {
    const sent = { email: { id: 'send-1', emailMessageId: 'x' }, loopId: 'l-1', sourceType: 'loop' };
    expect(only(loops, event('email.opened', sent), delivered('msg_1'))).toMatchObject({
      providerEventId: 'msg_1',
      providerMessageId: 'send-1',
      contactId: 'c-1',
      occurredAt: '2023-11-14T22:13:20.000Z',
      metadata: { loopId: 'l-1', sourceType: 'loop' },
      actor: 'unknown',
    });
  });

  it('scopes a change of a list to it', () => {
    const change = event('contact.mailingList.unsubscribed', { mailingList: { id: 'm-1' } });
    expect(only(loops, change).scope).toBe('list:m-1');
  });

  it('counts one act that is reported of the mail and of the contact once', () => {
    const [byMail] = keyed(loops, event('email.unsubscribed'), delivered('msg_1'));
    const [byContact] = keyed(loops, event('contact.unsubscribed', { eventTime: 1_700_000_003 }), delivered('msg_2'));
    const [dayAfter] = keyed(loops, event('contact.unsubscribed', { eventTime: 1_700_086_400 }), delivered('msg_3'));
    expect([countOnce(byMail, byContact), countOnce(byMail, dayAfter)]).toEqual([true, false]);
  });

  it('ignores the test event', () => {
    expect(normalised(loops, { eventName: 'testing.testEvent', eventTime: 1, message: 'hi' })).toMatchObject({
      outcome: 'ignore',
    });
  });

  it.each(['', 'null', '{}', '[]'])('cannot use %j', (body) => {
    expect(normalised(loops, body)).toMatchObject({ outcome: 'reject', kind: 'malformed' });
  });

  it('verifies Standard Webhooks', () => {
    const body = JSON.stringify(event('email.opened'));
    const source = { scheme: 'standard-webhooks-v1', keys: [SECRET] };
    expect(verdict(loops, requestOf(body, signedDelivery(SECRET, body)), source)).toBe('verified');
    expect(verdict(loops, requestOf(`${body}\n`, signedDelivery(SECRET, body)), source)).toBe('signature');
  });
});
