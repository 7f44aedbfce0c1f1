/** A campaign as SendGrid's Event Webhook tells it, person by person, in the shapes of its documentation. */
import { randomUUID } from 'node:crypto';
import type { DemoPerson } from '#apps/standalone/demo/people.js';

/** One element of an Event Webhook body. `timestamp` is seconds since the epoch. */
export interface SendGridEvent {
  readonly [field: string]: string | number | boolean | readonly string[];
  readonly email: string;
  readonly event: string;
  readonly timestamp: number;
}

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0';
const LINK = 'https://www.example.com/pricing?utm_campaign=spring';

type Step = readonly [event: string, afterSeconds: number, more?: Record<string, string | number | boolean>];

const SENT: readonly Step[] = [
  ['processed', 0],
  ['delivered', 2, { response: '250 2.0.0 OK' }],
];
const OPENED: Step = ['open', 40, { sg_machine_open: false, useragent: BROWSER, ip: '192.0.2.17' }];
const click = (after: number): Step => ['click', after, { url: LINK, useragent: BROWSER, ip: '192.0.2.17' }];

const STORY: Readonly<Record<DemoPerson['habit'], readonly Step[]>> = {
  hot: [...SENT, OPENED, click(55), click(190)],
  clicks: [
    ...SENT,
    OPENED,
    ['click', 70, { url: 'https://www.example.com/blog/spring', useragent: BROWSER, ip: '192.0.2.23' }],
  ],
  opens: [...SENT, OPENED],
  'apple-mail': [...SENT, ['open', 3, { sg_machine_open: true, useragent: 'Mozilla/5.0', ip: '192.0.2.99' }]],
  ignores: SENT,
  bounces: [
    ['processed', 0],
    [
      'bounce',
      4,
      { type: 'bounce', status: '5.1.1', reason: '550 5.1.1 user unknown', bounce_classification: 'Invalid Address' },
    ],
  ],
  'full-mailbox': [
    ['processed', 0],
    ['deferred', 5, { response: '452 4.2.2 mailbox full', attempt: '1' }],
    [
      'bounce',
      90,
      {
        type: 'blocked',
        status: '4.2.2',
        reason: '452 4.2.2 mailbox full',
        bounce_classification: 'Mailbox Unavailable',
      },
    ],
  ],
  unsubscribes: [...SENT, OPENED, ['unsubscribe', 80]],
  complains: [...SENT, ['spamreport', 300]],
};

/** Events of one send to everyone, ending at `now` (milliseconds), in the order of their times. Ids are new each time. */
export function campaign(people: readonly DemoPerson[], now: number): readonly SendGridEvent[] {
  const sentAt = Math.floor(now / 1000) - 310;
  const events = people.flatMap((person, index) => {
    const message = `${randomUUID().replaceAll('-', '').slice(0, 22)}.recvd-demo-${index}`;
    return STORY[person.habit].map(([event, after, more]) => ({
      email: person.email,
      event,
      timestamp: sentAt + after,
      sg_event_id: randomUUID().replaceAll('-', ''),
      sg_message_id: message,
      'smtp-id': `<${message.slice(0, 22)}@mail.example.com>`,
      category: ['spring-pricing'],
      ...more,
    }));
  });
  return events.sort((a, b) => a.timestamp - b.timestamp);
}
