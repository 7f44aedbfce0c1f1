import type { SendGridEvent } from '../campaign.js';
import { historyContacts } from './contacts.js';
import { randomFrom } from './random.js';
import { story } from './story.js';

const DAY = 86_400_000;
const UNTIL = Date.parse('2026-11-24T12:00:00Z');
const FROM = UNTIL - 90 * DAY;

function told(seed: number) {
  const random = randomFrom(seed);
  const contacts = historyContacts(random, 300, FROM, 90);
  return { contacts, deliveries: story(random, contacts, { from: FROM, until: UNTIL }) };
}

const { contacts, deliveries } = told(1);
const events: readonly (SendGridEvent & { readonly receivedAt: number })[] = deliveries.flatMap((one) =>
  one.events.map((event) => ({ ...event, receivedAt: one.receivedAt })),
);

it('is the same for the same seed, and another for another', () => {
  expect(told(1)).toEqual({ contacts, deliveries });
  expect(told(2).deliveries).not.toEqual(deliveries);
});

it('is received in the order of time, seconds after it happened, some of it late', () => {
  const times = deliveries.map(({ receivedAt }) => receivedAt);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  const delays = events.map(({ receivedAt, timestamp }) => receivedAt - timestamp * 1000);
  expect(Math.min(...delays)).toBeGreaterThan(0);
  const late = delays.filter((delay) => delay > 3_600_000).length;
  expect(late / delays.length).toBeGreaterThan(0.002);
  expect(late / delays.length).toBeLessThan(0.03);
});

it('has a weekly rhythm, every kind of event, and ids of its own', () => {
  const sent = events.filter(({ event }) => event === 'processed');
  const onMailingDays = sent.filter(({ timestamp }) => [2, 4].includes(new Date(timestamp * 1000).getUTCDay()));
  expect(onMailingDays.length / sent.length).toBeGreaterThan(0.9);
  const kinds = new Set(events.map(({ event }) => event));
  expect([...kinds].sort()).toEqual(
    ['bounce', 'click', 'deferred', 'delivered', 'open', 'processed', 'spamreport', 'unsubscribe'].sort(),
  );
  expect(new Set(events.map((event) => event['sg_event_id'])).size).toBe(events.length);
});

it('mails nobody any more who bounced, left or complained', () => {
  const ended = new Map<string, number>();
  for (const { email, event, timestamp, ...more } of events)
    if (event === 'unsubscribe' || event === 'spamreport' || more['type'] === 'bounce') ended.set(email, timestamp);
  expect(ended.size).toBeGreaterThan(10);
  const after = events.filter(
    ({ email, event, timestamp }) => event === 'processed' && timestamp > (ended.get(email) ?? Infinity),
  );
  expect(after).toEqual([]);
});
