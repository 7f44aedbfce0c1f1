/**
 * What SendGrid would have told of some months: mailings on Tuesdays and Thursdays, a welcome for each new contact, and what its way of
 * reading mail makes of them. Whoever bounced, left or complained is mailed no more.
 */
import type { SendGridEvent } from '../campaign.js';
import type { HistoryContact } from './contacts.js';
import { oneOf } from './random.js';

/** Events that came in one request. Milliseconds. */
export interface HistoryDelivery {
  readonly receivedAt: number;
  readonly events: readonly SendGridEvent[];
}

interface Timed {
  readonly receivedAt: number;
  readonly event: SendGridEvent;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const [TUESDAY, THURSDAY] = [2, 4];
const [SATURDAY, SUNDAY] = [6, 0];
/** Of all events, so many are told hours or days after they happened. */
const LATE = 0.01;
const BATCH_MS = 10 * SECOND;
const MOST_IN_BATCH = 50;

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0';
const SCANNER = 'Mozilla/5.0 (compatible; proofpoint-urldefense)';
const LINKS = ['/blog/spring', '/changelog', '/webinar', '/customers'].map((path) => `https://www.example.com${path}`);
const PRICING = 'https://www.example.com/pricing?utm_campaign=history';

/** In the order of their receipt; none is received at or after `until`. */
export function story(
  random: () => number,
  contacts: readonly HistoryContact[],
  { from, until }: { readonly from: number; readonly until: number },
): readonly HistoryDelivery[] {
  const events: Timed[] = [];
  contacts.forEach((contact, index) => {
    for (const event of lifeOf(random, contact, index, mailings(contact, from, until))) events.push(event);
  });
  const known = events.filter(({ receivedAt }) => receivedAt < until);
  return batched(known.sort((a, b) => a.receivedAt - b.receivedAt || (idOf(a) < idOf(b) ? -1 : 1)));
}

const idOf = ({ event }: Timed): string => String(event['sg_event_id']);

/** A welcome, then each mailing that goes out while the contact is there. */
function mailings({ since }: HistoryContact, from: number, until: number): readonly number[] {
  const times = [since + 10 * MINUTE];
  for (let day = Math.floor(from / DAY) * DAY; day < until; day += DAY) {
    const weekday = new Date(day).getUTCDay();
    const at = day + (weekday === TUESDAY ? 9.5 * HOUR : 14 * HOUR);
    if ((weekday === TUESDAY || weekday === THURSDAY) && at > since + HOUR) times.push(at);
  }
  return times;
}

function* lifeOf(
  random: () => number,
  contact: HistoryContact,
  index: number,
  times: readonly number[],
): Generator<Timed> {
  // Leavers and complainers have their day; bouncers bounce at the second mailing, for somebody took them off the server.
  const lastMailing = Math.floor(2 + random() * Math.max(1, times.length - 2));
  for (const [n, sentAt] of times.entries()) {
    if (n > 0 && random() < 0.2) continue;
    const spread = Math.floor(random() * 4 * MINUTE);
    const message = `h${index}-${n}.recvd-history`;
    let ordinal = 0;
    const told = (event: string, after: number, more: SendGridFields = {}): Timed => {
      const at = sentAt + spread + after;
      const delay = random() < LATE ? Math.floor((3 + random() * 60) * HOUR) : Math.floor((2 + random() * 20) * SECOND);
      const id = `history-${index}-${n}-${ordinal++}`;
      const fields = { sg_event_id: id, sg_message_id: message, category: [n === 0 ? 'welcome' : 'newsletter'] };
      return {
        receivedAt: at + delay,
        event: { email: contact.email, event, timestamp: Math.floor(at / SECOND), ...fields, ...more },
      };
    };
    yield told('processed', 0);
    if (contact.habit === 'bouncer' && n > 0) {
      const reason = '550 5.1.1 user unknown';
      yield told('bounce', 4 * SECOND, {
        type: 'bounce',
        status: '5.1.1',
        reason,
        bounce_classification: 'Invalid Address',
      });
      return;
    }
    if (contact.habit === 'full-mailbox' && random() < 0.3) {
      yield told('deferred', 5 * SECOND, { response: '452 4.2.2 mailbox full', attempt: '1' });
      yield told('bounce', 90 * SECOND, { type: 'blocked', status: '4.2.2', reason: '452 4.2.2 mailbox full' });
      continue;
    }
    yield told('delivered', 2 * SECOND, { response: '250 2.0.0 OK' });
    yield* reactions(random, contact, told, awake(random, sentAt));
    if (n < lastMailing) continue;
    if (contact.habit === 'leaver') {
      yield told('unsubscribe', 3 * HOUR);
      return;
    }
    if (contact.habit === 'complainer') {
      yield told('spamreport', 5 * HOUR);
      return;
    }
  }
}

type SendGridFields = Readonly<Record<string, string | number | boolean>>;
type Tell = (event: string, after: number, more?: SendGridFields) => Timed;

/** How long after the mailing a person looks: within hours on working days, longer at weekends. */
function awake(random: () => number, sentAt: number): number {
  const weekday = new Date(sentAt).getUTCDay();
  const slow = weekday === SATURDAY || weekday === SUNDAY ? 3 : 1;
  return Math.floor((2 * MINUTE + random() ** 3 * 20 * HOUR) * slow);
}

function* reactions(random: () => number, { habit }: HistoryContact, told: Tell, after: number): Generator<Timed> {
  const opened = () => told('open', after, { sg_machine_open: false, useragent: BROWSER, ip: '192.0.2.17' });
  const click = (url: string, later: number) =>
    told('click', after + later, { url, useragent: BROWSER, ip: '192.0.2.17' });
  switch (habit) {
    case 'buyer':
      if (random() < 0.3) return;
      yield opened();
      if (random() < 0.5) yield click(oneOf(random, LINKS), 20 * SECOND);
      if (random() < 0.35) yield click(PRICING, 50 * SECOND);
      return;
    case 'clicker':
      if (random() < 0.45) return;
      yield opened();
      if (random() < 0.4) yield click(oneOf(random, LINKS), 35 * SECOND);
      if (random() < 0.03) yield click(PRICING, 2 * MINUTE);
      return;
    case 'opener':
    case 'leaver':
    case 'full-mailbox':
      if (random() < 0.45) yield opened();
      return;
    case 'apple-mail':
      yield told('open', 8 * SECOND, { sg_machine_open: true, useragent: 'Mozilla/5.0', ip: '192.0.2.99' });
      return;
    case 'scanner':
      for (const [n, url] of [...LINKS, PRICING].entries())
        yield told('click', (3 + n) * SECOND, { url, useragent: n % 2 === 0 ? SCANNER : BROWSER, ip: '198.51.100.7' });
      if (random() < 0.2) yield opened();
      return;
    default:
  }
}

/** As a sender collects them: what comes within some seconds goes together. */
function batched(events: readonly Timed[]): readonly HistoryDelivery[] {
  const deliveries: { receivedAt: number; events: SendGridEvent[] }[] = [];
  for (const { receivedAt, event } of events) {
    const last = deliveries.at(-1);
    if (last !== undefined && receivedAt - last.receivedAt < BATCH_MS && last.events.length < MOST_IN_BATCH)
      last.events.push(event);
    else deliveries.push({ receivedAt, events: [event] });
  }
  // A batch is received when its last event has come.
  return deliveries.map((one) => ({ receivedAt: one.receivedAt + BATCH_MS, events: one.events }));
}
