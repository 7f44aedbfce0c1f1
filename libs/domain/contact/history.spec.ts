import { given, rulesOf } from '#testing/given.js';
import { clicked, DAY, engagement, HOUR, NOON } from '#testing/inputs.js';

const LINK = 'https://example.com/pricing';
const counting = rulesOf([
  'rule: third\non: clicked\nif: count("clicked", "7d") >= 3\nthen:\n  - add_tag: third\n',
  'rule: same\non: opened\nif: count("clicked", "30d") >= 3\nthen:\n  - add_tag: same\n',
]);
const none = rulesOf(['rule: plain\non: clicked\nthen:\n  - add_score: 1\n']);

describe('counters', () => {
  it('are right from the first evaluation: two clicks, publish, the third counts 3', () => {
    const world = given()
      .happened(clicked(LINK), clicked(LINK, { at: NOON + HOUR }))
      .published(counting);
    const then = world.when(clicked(LINK, { at: NOON + 2 * HOUR }));
    expect(then.of('rule_fired')[0]?.pii.values).toEqual({ 'count("clicked", "7d")': 3 });
  });

  it('are one for each type and filter, however many rules and windows ask', () => {
    expect(counting.counters).toHaveLength(1);
    expect(Object.keys(given(counting).when(clicked(LINK)).state.counters)).toEqual([counting.counters[0]?.id]);
  });

  it('are dropped with their last rule, and built again with the next', () => {
    const world = given(counting).happened(clicked(LINK));
    const without = world.published(none).when(clicked(LINK, { at: NOON + HOUR }));
    expect(without.state).toMatchObject({ counters: {}, countersKey: '' });
    const again = world.published(counting).when(clicked(LINK, { at: NOON + 2 * HOUR }));
    expect(again.of('tag_added')).toHaveLength(1);
  });

  it('count what comes late when it happened; it changes later decisions only', () => {
    const week = 'count("clicked", "7d")';
    const seen = (...recorded: readonly (readonly [at: number, recordedAt: number])[]) => {
      const world = given(counting);
      const clicks = recorded.map(([at, recordedAt], nth) => clicked(LINK, { at, recordedAt, nth }));
      const last = clicks.pop();
      return (
        last &&
        world
          .happened(...clicks)
          .when(last)
          .of('rule_fired')[0]?.pii.values[week]
      );
    };
    expect(seen([NOON, NOON], [NOON - DAY, NOON + 1], [NOON + 2, NOON + 2])).toBe(3);
    // Eight days ago when it came: it is in no window of a week.
    expect(seen([NOON, NOON], [NOON - 8 * DAY, NOON + 1], [NOON + 2, NOON + 2], [NOON + 3, NOON + 3])).toBe(3);
  });

  it('cost the same space however much happens', () => {
    const world = given(counting);
    for (let nth = 0; nth < 500; nth += 1) world.happened(clicked(LINK, { nth, at: NOON + nth }));
    const { state } = world.when(engagement('opened', { at: NOON + HOUR }));
    expect(JSON.stringify(state.counters).length).toBeLessThan(150);
  });
});
