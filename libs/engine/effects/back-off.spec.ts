import { backOff, pauseAfter, RETRIES } from './back-off.js';

const id = '00000000-0000-8000-8000-000000000001';
const pauseOf = (attempt: number, target = 'webhook') => backOff(RETRIES, id, target, attempt);

describe('pauses between attempts', () => {
  it('double, lie between half and the whole, and end at the longest', () => {
    for (const [attempt, whole] of [
      [1, 5_000],
      [2, 10_000],
      [5, 80_000],
      [16, 3_600_000],
    ] as const) {
      expect(pauseOf(attempt)).toBeGreaterThanOrEqual(whole / 2);
      expect(pauseOf(attempt)).toBeLessThanOrEqual(whole);
    }
  });

  it('are the same on every run and differ between effects and targets', () => {
    expect(pauseOf(3)).toBe(pauseOf(3));
    expect(pauseOf(3)).not.toBe(pauseOf(3, 'inbox'));
    expect(pauseOf(3)).not.toBe(backOff(RETRIES, `${id}2`, 'webhook', 3));
  });

  it('are not shorter than the target asks, and never longer than a day', () => {
    expect(pauseAfter(5_000, 60_000)).toBe(60_000);
    expect(pauseAfter(5_000, 1_000)).toBe(5_000);
    expect(pauseAfter(5_000, undefined)).toBe(5_000);
    expect(pauseAfter(5_000, 1e12)).toBe(86_400_000);
  });
});
