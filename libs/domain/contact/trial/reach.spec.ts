import { given, rulesOf } from '#testing/given.js';
import { clicked, contactOf, DAY, engagement, NOON, upsert, WORKSPACE } from '#testing/inputs.js';
import { actingDays, isLoud } from './reach.js';

const of = { workspaceId: WORKSPACE, contactId: contactOf('ada') };
const today = Math.floor(NOON / DAY);
const rule = (on: string, then: string, more = '') =>
  rulesOf([`rule: draft\non: ${on}\n${more}then:\n  - ${then}\n`], {
    attributes: { renewal: 'date' },
  });
const TELL = 'notify: { to: owner, title: Hot }';

describe('the reach of a rule', () => {
  const events = (() => {
    const world = given();
    return [
      upsert({ set: { renewal: '2026-12-01' } }, { at: NOON - 50 * DAY }),
      clicked('https://example.com/old', { at: NOON - 40 * DAY }),
      clicked('https://example.com/a', { at: NOON - 2 * DAY }),
      clicked('https://example.com/b', { at: NOON - 2 * DAY + 60_000 }),
      engagement('opened', { at: NOON - DAY }),
    ].flatMap((input) => world.when(input).events);
  })();
  const days = (rules: Parameters<typeof actingDays>[0], now = NOON) => [...actingDays(rules, of, events, now)];

  it('is the days on which it would have acted on the contact, of the last thirty', () => {
    expect(days(rule('clicked', TELL))).toEqual([today - 2]);
    expect(days(rule('clicked', TELL, 'where: event.url.endsWith("/old")\n'))).toEqual([]);
    expect(days(rule('opened', 'add_tag: reader'))).toEqual([today - 1]);
  });

  it('of a rule with effects is the days on which it would have asked for one', () => {
    const limited = 'limits: { per_contact: 1 in 60d }\n';
    expect(days(rule('clicked', `${TELL}\n  - add_tag: clicker`, limited))).toEqual([]);
    expect(days(rule('clicked', 'add_tag: clicker'))).toEqual([today - 2]);
    expect(isLoud(rule('clicked', TELL).rules[0]!)).toBe(true);
    expect(isLoud(rule('clicked', 'suppress: all').rules[0]!)).toBe(true);
    expect(isLoud(rule('clicked', 'add_tag: clicker').rules[0]!)).toBe(false);
  });

  it('of a time to come is the day on which it is due, while its conditions hold', () => {
    const date = '{ date: renewal, offset: -3d, at: "09:00" }';
    const due = Math.floor(Date.UTC(2026, 10, 28) / DAY);
    const before = Date.UTC(2026, 10, 26);
    expect(days(rule(date, TELL), before)).toEqual([due]);
    expect(days(rule(date, TELL, 'if: contact.score > 5\n'), before)).toEqual([]);
    expect(days(rule(date, TELL), Date.UTC(2026, 10, 29))).toEqual([]);
    expect(days(rule('{ silence: 10d, of: opened }', TELL))).toEqual([today + 9]);
    expect(days(rule('{ silence: 90d, of: opened }', TELL))).toEqual([]);
  });
});
