import * as fc from 'fast-check';
import { given, rulesOf } from '#testing/given.js';
import { clicked, DAY, engagement, NOON } from '#testing/inputs.js';
import { leftOf, MAX_GRANTS, scoreAt, unexpired, withGrant } from './score.js';

const grants = fc.array(
  fc.record({
    points: fc.integer({ min: -100_000, max: 100_000 }),
    life: fc.integer({ min: 1, max: 400 * DAY }),
    after: fc.nat({ max: DAY }),
  }),
  { maxLength: 150 },
);

describe('score that expires', () => {
  it('counts in full at once, loses its points evenly and is gone at its end', () => {
    const at = (days: number) => leftOf(10, NOON, NOON + 10 * DAY, NOON + days * DAY);
    expect([0, 0.5, 1, 5, 9, 9.9, 10, 11].map(at)).toEqual([10, 10, 9, 5, 1, 1, 0, 0]);
    expect(leftOf(-10, NOON, NOON + 10 * DAY, NOON + 5 * DAY)).toBe(-5);
  });

  it('is a whole number between nothing and what was granted, and never grows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 400 * DAY }),
        fc.nat({ max: 400 * DAY }),
        fc.nat({ max: DAY }),
        (points, life, after, more) => {
          const left = leftOf(points, NOON, NOON + life, NOON + after);
          expect(Number.isSafeInteger(left) && left >= 0 && left <= points).toBe(true);
          expect(leftOf(points, NOON, NOON + life, NOON + after + more)).toBeLessThanOrEqual(left);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('is the sum of its grants, however many: what is joined is worth the same, what is gone is left out', () => {
    fc.assert(
      fc.property(grants, (list) => {
        let now = NOON;
        let kept: readonly number[] = [];
        for (const { points, life, after } of list) {
          now += after;
          const before = scoreAt({ score: 7, grants: kept }, now);
          kept = withGrant(kept, points, now + life, now);
          expect(scoreAt({ score: 7, grants: kept }, now)).toBe(before + points);
          expect(kept.length).toBeLessThanOrEqual(3 * MAX_GRANTS);
        }
        expect(scoreAt({ score: 7, grants: unexpired(kept, now) }, now)).toBe(scoreAt({ score: 7, grants: kept }, now));
        expect(scoreAt({ score: 7, grants: kept }, now + 401 * DAY)).toBe(7);
      }),
      { numRuns: 300 },
    );
  });

  const warming = rulesOf([
    'rule: warm\non: opened\nthen:\n  - add_score: { points: 40, expires_in: 10d, max: 60 }\n',
    'rule: hot\non: { score_reaches: 50 }\nthen:\n  - add_tag: hot\n',
    'rule: clicks\non: clicked\nthen:\n  - add_score: { points: 30, expires_in: 30d }\n',
  ]);

  it('is what conditions, bounds and crossings see of it', () => {
    const world = given(warming).happened(engagement('opened'));
    // 20 of 40 are left, and 40 more would be 60.
    const then = world.when(engagement('opened', { at: NOON + 5 * DAY }));
    expect(then.of('score_added')[0]?.data).toMatchObject({ points: 40, expiresAt: NOON + 15 * DAY });
    expect(then.of('tag_added')).toHaveLength(1);
    expect(scoreAt(then.state, NOON + 5 * DAY)).toBe(60);
    expect(world.when(engagement('opened', { at: NOON + 5 * DAY, nth: 1 })).of('score_added')).toEqual([]);
  });

  it('is taken back from clicks that a machine made, as far as it is there still', () => {
    const link = (nth: number) =>
      clicked(`https://example.com/${nth}`, {
        actor: 'unknown',
        nth,
        at: NOON + nth * 1_000,
        pii: { providerMessageId: 'm' },
      });
    const then = given(warming).happened(link(0), link(1)).when(link(2));
    expect(then.of('engagement_reclassified')).toHaveLength(2);
    expect(scoreAt(then.state, NOON + 2_000) <= 30).toBe(true);
    expect(scoreAt(then.state, NOON + 40 * DAY)).toBe(0);
  });
});
