import { countOnce, keyed, normalised, only } from '#testing/providers/requests.js';
import { sparkpost } from './sparkpost.js';

const event = (type: string, more: object = {}, className = 'message_event'): object => ({
  msys: {
    [className]: {
      type,
      event_id: '92356927693813856',
      rcpt_to: 'ann+crm@acme.test',
      raw_rcpt_to: 'Ann+CRM@acme.test',
      transmission_id: 't-1',
      message_id: 'm-1',
      timestamp: '1700000000',
      ...more,
    },
  },
});

describe('sparkpost', () => {
  it.each([
    ['injection', {}, 'processed'],
    ['delivery', {}, 'delivered'],
    ['delay', { bounce_class: '21' }, 'deferred'],
    ['bounce', { bounce_class: '10' }, 'hard_bounce'],
    ['bounce', { bounce_class: 30 }, 'hard_bounce'],
    ['out_of_band', { bounce_class: '10' }, 'hard_bounce'],
    ['bounce', { bounce_class: '22' }, 'soft_bounce'],
    ['bounce', {}, 'soft_bounce'],
    ['bounce', { bounce_class: '25' }, 'dropped'],
    ['bounce', { bounce_class: '60' }, 'unknown'],
    ['bounce', { bounce_class: '80' }, 'resubscribed'],
    ['bounce', { bounce_class: '90' }, 'unsubscribed'],
    ['policy_rejection', { bounce_class: '10' }, 'dropped'],
    ['spam_complaint', {}, 'complaint'],
    ['amp_initial_open', {}, 'opened'],
    ['amp_click', {}, 'clicked'],
    ['link_unsubscribe', {}, 'unsubscribed'],
    ['sms_status', {}, 'unknown'],
  ])('%s %j is %s', (name, more, type) => {
    expect(only(sparkpost, [event(name, more)])).toMatchObject({
      type,
      providerEventType: name,
      recipient: 'Ann+CRM@acme.test',
      providerEventId: '92356927693813856',
      providerMessageId: 't-1',
      occurredAt: '2023-11-14T22:13:20.000Z',
    });
  });

  it.each([
    [{ is_prefetched: true, is_proxy: true }, 'machine'],
    [{ is_prefetched: false, is_proxy: true }, 'unknown'],
    [{ is_prefetched: false, is_proxy: false }, 'human'],
    [undefined, 'unknown'],
  ])('an open with %j is by %s', (agent, actor) => {
    expect(only(sparkpost, [event('open', { user_agent_parsed: agent }, 'track_event')]).actor).toBe(actor);
  });

  it('counts a view once that fires open and initial_open', () => {
    const [open, initial, later] = keyed(sparkpost, [
      event('open', { event_id: '1' }, 'track_event'),
      event('initial_open', { event_id: '2' }, 'track_event'),
      event('open', { event_id: '3', timestamp: '1700000060' }, 'track_event'),
    ]);
    expect([countOnce(open, initial), countOnce(open, later)]).toEqual([true, false]);
  });

  it('takes a ping for nothing, alone and among events', () => {
    expect(normalised(sparkpost, [{ msys: {} }])).toEqual({ outcome: 'accept', engagements: [], unreadable: [] });
    expect(keyed(sparkpost, [{ msys: {} }, event('delivery')])).toMatchObject([{ index: 1 }]);
  });

  it('quarantines what is no event', () => {
    expect(
      normalised(sparkpost, [event('delivery'), { msys: 7 }, { msys: { message_event: 'x' } }, 'y', {}]),
    ).toMatchObject({
      engagements: [{ index: 0 }],
      unreadable: [{ index: 1 }, { index: 2 }, { index: 3 }, { index: 4 }],
    });
    expect(normalised(sparkpost, '{}')).toMatchObject({ outcome: 'reject', kind: 'malformed' });
  });

  it('reads a relayed mail, which has no type', () => {
    const content = {
      subject: 'Hi',
      headers: [{ 'Message-ID': '<m2@acme.test>' }, { 'in-reply-to': '<m1@crm.test>' }],
    };
    const mail = {
      rcpt_to: 'desk@crm.test',
      msg_from: 'bounce@acme.test',
      friendly_from: 'Ann Lee <ann@acme.test>',
      content,
    };
    expect(only(sparkpost, [{ msys: { relay_message: mail } }])).toMatchObject({
      type: 'inbound',
      providerEventType: 'relay_message',
      recipient: 'desk@crm.test',
      inbound: {
        from: 'ann@acme.test',
        fromName: 'Ann Lee',
        subject: 'Hi',
        rfcMessageId: '<m2@acme.test>',
        inReplyTo: '<m1@crm.test>',
        envelopeFrom: 'bounce@acme.test',
      },
    });
  });
});
