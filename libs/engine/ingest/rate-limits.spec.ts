import { RateLimits } from './rate-limits.js';

const RATE = { perSecond: 10, burst: 3 };

it('lets a burst through, then as many as the rate, and says how long to wait', () => {
  const limits = new RateLimits();
  expect([1, 2, 3].map(() => limits.take('a', RATE, 0))).toEqual([0, 0, 0]);
  expect(limits.take('a', RATE, 0)).toBe(100);
  expect(limits.take('a', RATE, 60)).toBeCloseTo(40);
  expect(limits.take('a', RATE, 100)).toBe(0);
  expect(limits.take('a', RATE, 100)).toBe(100);
});

it('counts each source for itself, and saves no more than a burst', () => {
  const limits = new RateLimits();
  for (let i = 0; i < 3; i += 1) limits.take('a', RATE, 0);
  expect(limits.take('b', RATE, 0)).toBe(0);
  expect([1, 2, 3, 4].map(() => limits.take('a', RATE, 60_000) > 0)).toEqual([false, false, false, true]);
});

it('is not confused by a clock that goes back', () => {
  const limits = new RateLimits();
  for (let i = 0; i < 3; i += 1) limits.take('a', RATE, 1_000);
  expect(limits.take('a', RATE, 0)).toBe(100);
});
