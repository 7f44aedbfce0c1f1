import { FEWEST_ROWS, MOST_ROWS, Pace } from './pace.js';

/** Rows at once when so many a second are decided, after a while. */
function settled(perSecond: number, pace = new Pace()): number {
  for (let n = 0; n < 50; n += 1) pace.took((pace.rows / perSecond) * 1_000);
  return pace.rows;
}

it.each([
  [200, 60],
  [500, 150],
  [1_000, 300],
])('takes a third of a second of what is decided: of %d a second about %d', (perSecond, rows) => {
  expect(settled(perSecond)).toBeGreaterThan(rows * 0.75);
  expect(settled(perSecond)).toBeLessThanOrEqual(rows * 1.2);
});

it('never takes more than it may, nor so few that nothing gets on', () => {
  expect(settled(1e6)).toBe(MOST_ROWS);
  expect(settled(1)).toBe(FEWEST_ROWS);
});

it('gives way at once when the machine becomes slow', () => {
  const pace = new Pace();
  settled(1e6, pace);
  for (let n = 0; n < 5; n += 1) pace.took(5_000);
  expect(pace.rows).toBe(FEWEST_ROWS);
});
