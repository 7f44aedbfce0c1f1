/**
 * The load: events of a campaign as SendGrid's Event Webhook tells them. Seeded: 100,000 contacts by Zipf 1.1; about four in ten match a
 * rule of the demo (`npm run bench -- pipeline` counts them); one in twenty repeats an earlier event, one in twenty is days late.
 */
import { addressOf, CONTACTS, type Habit, habitOf, ZIPF } from './people.js';
import { hexOf, randomFrom } from './random.js';
import { Zipf } from './zipf.js';

/** One element of an Event Webhook body. `timestamp`: seconds since the epoch. */
export interface LoadEvent {
  readonly [field: string]: string | number | boolean | readonly string[];
  readonly email: string;
  readonly event: string;
  readonly timestamp: number;
}

export interface Sent {
  readonly event: LoadEvent;
  /** Rank of the contact. */
  readonly rank: number;
  /** It was sent before: nothing comes of it. */
  readonly repeated: boolean;
}

const REPEATED = 0.05;
const LATE = 0.05;
/** A repeat follows its original within so many events. */
const REMEMBERED = 5_000;
const DAY_SECONDS = 86_400;

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0';

type Made = Readonly<Record<string, string | number | boolean>> & { readonly event: string };

const PRICING: Made = {
  event: 'click',
  url: 'https://www.example.com/pricing?utm_campaign=spring',
  useragent: BROWSER,
};
const BLOG: Made = { event: 'click', url: 'https://www.example.com/blog/spring', useragent: BROWSER };
const OPEN: Made = { event: 'open', sg_machine_open: false, useragent: BROWSER };
const MACHINE_OPEN: Made = { event: 'open', sg_machine_open: true, useragent: 'Mozilla/5.0' };
const DELIVERED: Made = { event: 'delivered', response: '250 2.0.0 OK' };
const PROCESSED: Made = { event: 'processed' };

/** What a reader does, by share. */
const READING: readonly (readonly [share: number, made: Made])[] = [
  [0.05, PROCESSED],
  [0.2, DELIVERED],
  [0.15, OPEN],
  [0.05, MACHINE_OPEN],
  [0.47, PRICING],
  [0.08, BLOG],
];

const TROUBLE: Readonly<Record<Exclude<Habit, 'reads'>, Made>> = {
  bounces: { event: 'bounce', type: 'bounce', status: '5.1.1', reason: '550 5.1.1 user unknown' },
  'full-mailbox': { event: 'bounce', type: 'blocked', status: '4.2.2', reason: '452 4.2.2 mailbox full' },
  unsubscribes: { event: 'unsubscribe' },
  complains: { event: 'spamreport' },
};

/** Endless. `now`: milliseconds, the time of most of them. The same seed and time give the same events. */
export function* campaign(seed: number, now: number): Generator<Sent, never> {
  const random = randomFrom(seed);
  const zipf = new Zipf(CONTACTS, ZIPF);
  const remembered: Sent[] = [];
  for (let n = 0; ; n += 1) {
    const earlier = random() < REPEATED ? remembered[Math.floor(random() * remembered.length)] : undefined;
    if (earlier !== undefined) {
      yield { ...earlier, repeated: true };
      continue;
    }
    const rank = zipf.rank(random());
    const sent: Sent = { event: eventOf(random, rank, now), rank, repeated: false };
    remembered[n % REMEMBERED] = sent;
    yield sent;
  }
}

function eventOf(random: () => number, rank: number, now: number): LoadEvent {
  const age = random() < LATE ? (4 + random() * 26) * DAY_SECONDS : random() * 60;
  const message = hexOf(random, 22);
  return {
    email: addressOf(rank),
    timestamp: Math.floor(now / 1000 - age),
    sg_event_id: hexOf(random, 32),
    sg_message_id: `${message}.recvd-bench-0`,
    'smtp-id': `<${message}@mail.example.com>`,
    category: ['spring-pricing'],
    ip: '192.0.2.17',
    ...madeBy(random, habitOf(rank)),
  };
}

function madeBy(random: () => number, habit: Habit): Made {
  if (habit !== 'reads') return random() < 0.5 ? DELIVERED : TROUBLE[habit];
  let at = random();
  for (const [share, made] of READING) {
    at -= share;
    if (at < 0) return made;
  }
  return DELIVERED;
}

/** The first `count` of a campaign. */
export function firstOf(seed: number, now: number, count: number): Sent[] {
  const sent: Sent[] = [];
  for (const one of campaign(seed, now)) if (sent.push(one) >= count) break;
  return sent;
}
