import type { AttributeTypes } from '../attributes/type.js';
import type { ContactFacts } from '../facts.js';
import { counted } from '../history/buckets.js';
import { compileCondition } from './condition.js';
import { ContactView } from './contact-view.js';
import type { ConditionScope } from './environment.js';
import { EventView } from './event-view.js';

const NOW = 1_700_000_000_000;
const attributes: AttributeTypes = { plan: 'string', seats: 'int', ratio: 'double', partner: 'bool', topics: 'list' };

const facts: ContactFacts = {
  email: null,
  addresses: {},
  score: 60,
  stage: null,
  owner: null,
  timeZone: null,
  consent: {},
  tags: ['vip'],
  attributes: { plan: 'pro', seats: 5 },
  suppressions: {},
  enrollments: { nurture: { id: 'x' } },
  last: { opened: NOW - 3 * 86_400_000 },
  counters: {},
};

function scope(over: Partial<ContactFacts> = {}): ConditionScope {
  const known = { ...facts, ...over };
  return {
    event: new EventView({
      data: {
        engagement: 'clicked',
        provider: 'sendgrid',
        sourceId: 's',
        deliveryId: 'd',
        index: 0,
        occurredAt: NOW,
        receivedAt: NOW,
        keys: [],
        actor: 'human',
      },
      pii: {
        identity: { kind: 'email', value: 'a@example.com' },
        providerEventType: 'click',
        recipient: 'a@example.com',
        providerEventId: null,
        providerMessageId: null,
        url: 'https://example.com/pricing',
        metadata: { campaign: 'spring', seats: 3 },
      },
    }),
    contact: new ContactView(known, NOW),
    $history: { facts: known, now: NOW },
  };
}

function compiled(text: string) {
  const result = compileCondition(text, { in: 'if', attributes });
  if ('problem' in result) throw new Error(JSON.stringify(result.problem));
  return result.condition;
}

function refused(text: string, where = false) {
  const result = compileCondition(text, where ? { in: 'where' } : { in: 'if', attributes });
  if ('condition' in result) throw new Error(`accepted: ${text}`);
  return result.problem;
}

describe('conditions', () => {
  it.each([
    ['event.actor == "human" && event.url.contains("/pricing")', true],
    ['!contact.suppressed && contact.score >= 50', true],
    ['contact.score + 1 > 61', false],
    ['contact.tags.exists(t, t == "vip")', true],
    ['"vip" in contact.tags', true],
    ['contact.attributes.plan == "pro" && contact.attributes.seats > 4', true],
    ['contact.attributes.ratio == 0.0 && !contact.attributes.partner && contact.attributes.topics.size() == 0', true],
    ['has(contact.attributes.plan) && !has(contact.attributes.ratio)', true],
    ['has(event.url) && !has(event.ip) && !has(contact.email)', true],
    ['event.metadata["campaign"] == "spring" && event.metadata["seats"] == "3"', true],
    ['has(event.metadata.campaign) && !has(event.metadata.other)', true],
    ['in_sequence("nurture") && !in_sequence("other")', true],
    ['days_since("opened") == 3 && days_since("clicked") == 1000000', true],
    ['never("clicked", "7d")', true],
    ['contact.stage == ""', true],
    ['hour_in("Europe/Berlin") == 23 && hour_in("UTC") == 22 && minute_of_day_in("Asia/Kolkata") == 223', true],
    ['day_of_week("Asia/Tokyo") == "wed" && day_of_week("America/New_York") in ["tue", "thu"]', true],
    ['day_of_month("Asia/Tokyo") == 15 && month_in("UTC") == 11', true],
    ['date_in("Asia/Tokyo") == "2023-11-15" && date_in("UTC", "-14d") < "2023-11-01"', true],
    ['hour_in("contact", "Europe/Berlin") == 23', true],
    ['contact.tags.exists(t, ["vip", "pro"].exists(x, t == x))', true],
  ])('%s is %s', (text, expected) => {
    expect(compiled(text).holds(scope())).toBe(expected);
  });

  it('counts over counters, and says which', () => {
    const condition = compiled('count("clicked", "7d", e, e.actor == "human") >= 2 && count("opened", "1d") == 0');
    const [clicks, opens] = condition.counters;
    expect(clicks).toMatchObject({ type: 'clicked', variable: 'e', filter: 'e.actor == "human"' });
    expect(opens).toMatchObject({ type: 'opened', filter: null });
    const once = counted(undefined, NOW - 3_600_000, NOW);
    const twice = counted(once ?? undefined, NOW, NOW);
    expect(condition.holds(scope({ counters: { [clicks!.id]: once! } }))).toBe(false);
    expect(condition.holds(scope({ counters: { [clicks!.id]: twice! } }))).toBe(true);
  });

  it('tells what it saw', () => {
    const condition = compiled('event.actor == "human" && contact.score >= 50 && count("clicked", "7d") == 0');
    const at = scope();
    expect(Object.fromEntries(condition.readings.map((one) => [one.name, one.value(at)]))).toEqual({
      'event.actor': 'human',
      'contact.score': 60,
      'count("clicked", "7d")': 0,
    });
  });

  it('finds the equality terms an index can use', () => {
    expect(
      compiled('event.provider == "sendgrid" && "human" == event.actor && (event.url == "a" || true)').terms,
    ).toEqual([
      { field: 'provider', literal: 'sendgrid' },
      { field: 'actor', literal: 'human' },
    ]);
  });

  it('errs where a value is not there, so that the caller can take it for false', () => {
    expect(() => compiled('event.metadata["none"] == "x"').holds(scope())).toThrow('No such key');
    expect(() => compiled('hour_in("contact") > 8').holds(scope())).toThrow('the contact has no time zone');
    expect(compiled('hour_in("contact") == 8').holds(scope({ timeZone: 'Australia/Eucla' }))).toBe(false);
  });

  it.each([
    ['event.actr == "human"', 6, 'did you mean actor?'],
    ['contact.scor >= 50', 8, 'did you mean score?'],
    ['contact.attributes.plam == "x"', 19, 'did you mean plan?'],
    ['evnt.actor == "x"', 0, 'did you mean event?'],
    ['contact.score >= "50"', 0, 'both sides must have the same type'],
    ['event.url.contians("x")', 0, 'did you mean contains?'],
    ['event.url.matches(".*")', 0, 'use contains'],
    ['timestamp("2026-01-01T00:00:00Z").getHours() == 1', 0, 'count, never'],
    ['contact.score', 0, 'compare it'],
    ['count("clickd", "7d") > 1', 6, 'did you mean clicked?'],
    ['count("clicked", "500d") > 1', 17, 'at most 400d'],
    ['count("clicked", "90s") > 1', 17, 'whole minutes'],
    ['count("clicked", event.url) > 1', 17, 'write it in quotes'],
    ['count("clicked", "7d", e, e.urll == "x") > 1', 28, 'did you mean url?'],
    ['count("clicked", "7d", e, e.url == contact.stage) > 1', 26, 'compare contact outside of count'],
    ['count("clicked", "7d", e, count("opened", "1d") > 1) > 1', 26, ''],
    ['count("clicked") > 1', 0, 'use it as count('],
    ['contact.tags.exists(a, contact.tags.exists(b, contact.tags.exists(c, a == b)))', 0, 'two conditions'],
    ['contact.tags.exists(a, contact.sequences.exists(b, a == b))', 0, 'written out'],
    ['hour_in("Europe/Berlim") == 9', 8, 'did you mean Europe/Berlin?'],
    ['hour_in(contact.time_zone) == 9', 8, 'in quotes'],
    ['hour_in("UTC", "UTC") == 9', 15, 'hour_in("contact", "UTC")'],
    ['date_in("UTC", "2h") == "2026-01-01"', 15, '"30d"'],
    ['now() > 1', 0, 'use one of'],
    ['contact.tags.map(t, t + t).exists(t, t == "x")', 0, 'use exists'],
    ['cel.bind(x, "a", x == "a")', 0, 'write the expression out'],
    ['event.actor = "human"', 12, '=='],
    ['(event.actor == "human"', 23, 'brackets'],
  ])('refuses %s', (text, start, cure) => {
    const problem = refused(text);
    expect(problem.cure).toContain(cure);
    if (start > 0) expect(problem.start).toBe(start);
  });

  it('lets where see only the event', () => {
    expect(refused('contact.score > 1', true).cure).toBe('where: sees only event; move this to if:');
    expect(refused('count("clicked", "7d") > 1', true).cure).toBe('move it to if:');
  });

  it('bounds what a condition may cost', () => {
    expect(refused(Array(300).fill('event.url == "x"').join(' || ')).problem).toMatch(/maxAstNodes|too long/);
    const dear = refused('contact.score > 0 && contact.tags.exists(a, contact.sequences.exists(b, a == b))');
    expect(dear).toMatchObject({ start: 21, problem: expect.stringContaining('at most 100,000 are allowed') });
    expect(refused(`${'('.repeat(100)}true${')'.repeat(100)}`).problem).toContain('maxDepth');
  });
});
