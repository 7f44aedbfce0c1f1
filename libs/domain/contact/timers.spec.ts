import type { Recorded, TimerArmed } from '#contracts/contact-events.js';
import { deriveId } from '#contracts/ids.js';
import type { Placed, TimerDueInput } from '#contracts/inputs.js';
import type { RulesInForce } from '#domain/rules/in-force.js';
import { type Given, given, rulesOf, type Then } from '#testing/given.js';
import { clicked, contactOf, DAY, engagement, HOUR, NOON, placed, suppression, upsert } from '#testing/inputs.js';

const SECOND = 1_000;
const SUNSET = 'rule: sunset\non: { silence: 60d, of: opened }\nthen:\n  - add_tag: silent\n';

/** A timer as the table fires it. */
function due(purpose: string, dueAt: number, at = dueAt): Placed<TimerDueInput> {
  const input: TimerDueInput = { type: 'timer_due', v: 1, data: { purpose, dueAt }, pii: null };
  return { ...placed(input, { recordedAt: at }), id: deriveId('timer', contactOf('ada'), purpose, dueAt) };
}
const armed = ({ events }: Then) =>
  events.flatMap((event) => (event.type === 'timer_armed' ? [(event as Recorded<TimerArmed>).data] : []));
const opened = (at: number) => engagement('opened', { at, nth: at });

/** Fires whatever the contact waits for until `until`, each when it is due: what the clock of a quiet world does. */
function passing(world: Given, until: number, first: readonly { purpose: string; dueAt: number }[]): readonly Then[] {
  let waiting = [...first];
  const decided: Then[] = [];
  for (;;) {
    const next = waiting.filter(({ dueAt }) => dueAt <= until).sort((a, b) => a.dueAt - b.dueAt)[0];
    if (!next) return decided;
    const then = world.when(due(next.purpose, next.dueAt));
    decided.push(then);
    waiting = [...waiting.filter((one) => one !== next), ...(then.timers ?? [])];
  }
}

describe('a rule on silence', () => {
  it('fires once after 60 days without any input, and not again until it has happened anew', () => {
    const world = given(rulesOf([SUNSET]));
    const first = world.when(opened(NOON));
    expect(armed(first)).toEqual([{ purpose: 'rule:sunset', dueAt: NOON + 60 * DAY }]);
    expect(first.timers).toEqual(armed(first));
    const [then, ...more] = passing(world, NOON + 61 * DAY, armed(first));
    expect(then?.types).toEqual(['timer_fired', 'rule_fired', 'tag_added']);
    expect(then?.events[0]).toMatchObject({ occurredAt: NOON + 60 * DAY, recordedAt: NOON + 60 * DAY });
    expect(more).toEqual([]);
    const again = world.when(opened(NOON + 70 * DAY));
    expect(armed(again)).toEqual([{ purpose: 'rule:sunset', dueAt: NOON + 130 * DAY }]);
  });

  it('sets no timer at later openings: the one that is there fires too early and is armed for the rest', () => {
    const world = given(rulesOf([SUNSET]));
    const first = armed(world.when(opened(NOON)));
    for (const day of [10, 20, 30]) expect(armed(world.when(opened(NOON + day * DAY)))).toEqual([]);
    const [early, real, ...more] = passing(world, NOON + 200 * DAY, first);
    expect(early?.types).toEqual(['timer_fired', 'timer_armed']);
    expect(armed(early as Then)).toEqual([{ purpose: 'rule:sunset', dueAt: NOON + 90 * DAY }]);
    expect(real?.of('tag_added')).toHaveLength(1);
    expect(more).toEqual([]);
  });

  it('counts from when the contact is known where it never happened, and takes in silently what was silent before', () => {
    const world = given(rulesOf([SUNSET])).happened();
    expect(armed(world.when(engagement('delivered')))).toEqual([{ purpose: 'rule:sunset', dueAt: NOON + 60 * DAY }]);
    const later = given(rulesOf([]))
      .happened(opened(NOON))
      .published(rulesOf([SUNSET]));
    expect(later.when(due('take_in', NOON + 90 * DAY)).types).toEqual([]);
    const younger = given(rulesOf([]))
      .happened(opened(NOON))
      .published(rulesOf([SUNSET]));
    expect(armed(younger.when(due('take_in', NOON + 30 * DAY)))).toEqual([
      { purpose: 'rule:sunset', dueAt: NOON + 60 * DAY },
    ]);
  });

  it('is decided once, however late and however often its timer fires; what it asks of the world is not stale then', () => {
    const rules = rulesOf([SUNSET.replace('add_tag: silent', 'notify: { to: owner, title: Silent }')]);
    const world = given(rules).happened(opened(NOON));
    const late = due('rule:sunset', NOON + 60 * DAY, NOON + 64 * DAY);
    expect(world.when(late).of('rule_held')[0]?.data.reason).toBe('late');
    expect(world.when(late).types).toEqual([]);
    const another = given(rules).happened(opened(NOON));
    const dayLate = due('rule:sunset', NOON + 60 * DAY, NOON + 61 * DAY);
    expect(another.when(dayLate).of('effect_requested')).toHaveLength(1);
    expect(another.when(due('rule:sunset', NOON + 60 * DAY + 1, NOON + 61 * DAY)).types).toEqual([]);
  });

  it('means nothing once the rule is retired, or the contact deleted', () => {
    const retired = given(rulesOf([SUNSET]))
      .happened(opened(NOON))
      .published(rulesOf([]));
    expect(retired.when(due('rule:sunset', NOON + 60 * DAY)).types).toEqual(['timer_fired']);
  });
});

describe('a rule on a date', () => {
  const renewal = (options = 'offset: -30d, at: "09:00", zone: contact') =>
    `rule: renewal\non: { date: renewal_date, ${options} }\nthen:\n  - add_tag: renews-soon\n`;
  const rules = (options?: string): RulesInForce =>
    rulesOf([renewal(options)], { attributes: { renewal_date: 'date' } });

  it('fires at that time there, so many days of the calendar before', () => {
    const world = given(rules());
    const set = world.when(upsert({ set: { renewal_date: '2026-11-10' }, timeZone: 'Europe/Berlin' }));
    // 11 October is summer time there, 10 November is not.
    expect(armed(set)).toEqual([{ purpose: 'rule:renewal', dueAt: Date.UTC(2026, 9, 11, 7) }]);
    const [then] = passing(world, Date.UTC(2027, 0, 1), armed(set));
    expect(then?.types).toEqual(['timer_fired', 'rule_fired', 'tag_added']);
  });

  it('follows the date: put off it fires for the new one alone, brought forward it fires earlier', () => {
    const world = given(rules('at: "00:00", zone: UTC'));
    const first = armed(world.when(upsert({ set: { renewal_date: '2026-06-01' } })));
    expect(first).toEqual([{ purpose: 'rule:renewal', dueAt: Date.UTC(2026, 5, 1) }]);
    expect(armed(world.when(upsert({ set: { renewal_date: '2026-07-01' } }, { at: NOON + HOUR })))).toEqual([]);
    const decided = passing(world, Date.UTC(2027, 0, 1), first);
    expect(decided.map((then) => then.types)).toEqual([
      ['timer_fired', 'timer_armed'],
      ['timer_fired', 'rule_fired', 'tag_added'],
    ]);
    const forward = given(rules('at: "00:00", zone: UTC')).happened(upsert({ set: { renewal_date: '2026-07-01' } }));
    expect(armed(forward.when(upsert({ set: { renewal_date: '2026-06-01' } }, { at: NOON + HOUR })))).toEqual([
      { purpose: 'rule:renewal', dueAt: Date.UTC(2026, 5, 1) },
    ]);
  });

  it('does not fire for a date that was past when it was written, though an earlier timer is there', () => {
    const world = given(rules('at: "00:00", zone: UTC'));
    const first = armed(world.when(upsert({ set: { renewal_date: '2026-06-01' } })));
    world.happened(upsert({ set: { renewal_date: '2026-01-01' } }, { at: NOON + HOUR }));
    expect(passing(world, Date.UTC(2027, 0, 1), first).map((then) => then.types)).toEqual([['timer_fired']]);
  });
});

describe('a rule that lets things settle', () => {
  const HOT =
    'rule: hot\non: clicked\nsettle: 15s\nwhere: event.url.contains("/pricing")\nif: event.actor == "human"\nthen:\n  - add_score: 10\n';
  const rules = rulesOf([HOT]);

  it('waits, and then decides with what is known', () => {
    const world = given(rules);
    const click = world.when(clicked('https://example.com/pricing'));
    expect(click.types).toEqual(['engagement_recorded', 'address_set', 'timer_armed']);
    expect(armed(click)).toEqual([{ purpose: 'settle', dueAt: NOON + 15 * SECOND }]);
    expect(click.state.settling).toHaveLength(1);
    const then = world.when(due('settle', NOON + 15 * SECOND));
    expect(then.types).toEqual(['timer_fired', 'rule_fired', 'score_added']);
    expect(then.events[1]?.causationId).toBe(click.events[0]?.id);
    expect(then.state.settling).toEqual([]);
    expect(then.state.timers).toEqual({});
  });

  it('does not wait for what it is not about', () => {
    expect(armed(given(rules).when(clicked('https://example.com/blog')))).toEqual([]);
  });

  it('sees the clicks of a scanner as a machine’s, for the burst is recognised first', () => {
    const world = given(rules);
    const message = { providerMessageId: 'message' };
    const unstated = (url: string, at: number) =>
      engagement('clicked', { at, nth: url, pii: { url: `https://example.com/${url}`, ...message } });
    world.happened(unstated('pricing', NOON), unstated('a', NOON + SECOND), unstated('b', NOON + 2 * SECOND));
    const then = world.when(due('settle', NOON + 15 * SECOND));
    expect(then.types).toEqual(['timer_fired']);
  });

  it('asks about each in its time: one timer serves all', () => {
    const world = given(rules);
    const at = [NOON, NOON + 5 * SECOND, NOON + 14 * SECOND];
    const first = armed(world.when(clicked('https://example.com/pricing/1', { at: at[0] as number })));
    for (const one of at.slice(1)) world.when(clicked(`https://example.com/pricing/${one}`, { at: one }));
    const decided = passing(world, NOON + HOUR, first);
    expect(decided.map((then) => then.of('score_added').length)).toEqual([1, 1, 1]);
    expect(decided.at(-1)?.state).toMatchObject({ settling: [], timers: {}, score: 30 });
  });

  it('is asked under the rules in force by then, and no more of a contact that was deleted', () => {
    const world = given(rules).happened(clicked('https://example.com/pricing')).published(rulesOf([]));
    expect(world.when(due('settle', NOON + 15 * SECOND)).types).toEqual(['timer_fired']);
  });

  it('keeps so many at most: above them rules are asked at once', () => {
    const world = given(rules);
    for (let nth = 0; nth < 50; nth += 1) world.when(clicked(`https://example.com/pricing/${nth}`, { nth }));
    const then = world.when(clicked('https://example.com/pricing/last', { nth: 51 }));
    expect(then.of('score_added')).toHaveLength(1);
    expect(then.state.settling).toHaveLength(50);
  });
});

describe('a score that expires', () => {
  const warm = 'rule: warm\non: opened\nthen:\n  - add_score: { points: 60, expires_in: 30d }\n';
  const cold = 'rule: cold\non: { score_falls_below: 50 }\nthen:\n  - add_tag: cold\n';

  it('crosses a line by time alone: once, at the moment it does', () => {
    const world = given(rulesOf([warm, cold]));
    const first = world.when(opened(NOON));
    const [timer] = armed(first);
    expect(timer?.purpose).toBe('score');
    // 60 points over 30 days: a point each half day; the eleventh is lost after five days and a half.
    expect(Math.round((((timer?.dueAt ?? 0) - NOON) / DAY) * 10) / 10).toBe(5.5);
    const decided = passing(world, NOON + 40 * DAY, armed(first));
    expect(decided.map((then) => then.types)).toEqual([['timer_fired', 'rule_fired', 'tag_added']]);
    expect(decided[0]?.of('rule_fired')[0]?.data.rule).toBe('cold');
  });

  it('that is raised meanwhile fires too early, and falls when it does', () => {
    const world = given(rulesOf([warm, cold]));
    const first = armed(world.when(opened(NOON)));
    world.happened(opened(NOON + 5 * DAY));
    const decided = passing(world, NOON + 60 * DAY, first);
    expect(decided[0]?.types).toEqual(['timer_fired', 'timer_armed']);
    expect(decided.flatMap((then) => then.of('tag_added'))).toHaveLength(1);
  });

  it('that fell before anybody waited for it triggers nothing', () => {
    const both = rulesOf([warm, cold, 'rule: none\non: { score_falls_below: 5 }\nthen:\n  - add_tag: none\n']);
    const world = given(rulesOf([warm]))
      .happened(opened(NOON))
      .published(both);
    const taken = world.when(due('take_in', NOON + 20 * DAY));
    expect(taken.types).toEqual(['timer_armed']);
    const decided = passing(world, NOON + 60 * DAY, armed(taken));
    expect(decided.flatMap((then) => then.of('tag_added')).map(({ pii }) => pii.tag)).toEqual(['none']);
  });
});

it('a timer that the state does not wait for means nothing; one that is too early is armed for the rest', () => {
  const world = given(rulesOf([SUNSET])).happened(suppression('add'));
  expect(world.when(due('rule:other', NOON + HOUR)).types).toEqual([]);
  const early = world.when(due('rule:sunset', NOON + HOUR));
  expect(early.types).toEqual([]);
  expect(early.timers).toEqual([{ purpose: 'rule:sunset', dueAt: NOON + 60 * DAY }]);
});
