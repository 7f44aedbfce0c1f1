import { isTooLate, timeLeft } from './deadline.js';

const MIB = 1024 * 1024;

describe('the time that storing may take', () => {
  it.each([
    ['a small one, just come', 10_000, 0, 0, 2_000],
    ['a small one that waited', 10_000, 1_500, 0, 500],
    ['for a provider that waits 3 s: its answer needs its way back', 3_000, 0, 10 * MIB, 2_500],
    ['a letter with attachments', 10_000, 0, 30 * MIB, 6_500],
    ['never none at all', 10_000, 60_000, 0, 100],
  ])('%s', (_, timeoutMs, waitedMs, bytes, left) => {
    expect(timeLeft(timeoutMs, waitedMs, bytes)).toBe(left);
  });

  it('is over where reading on would be work for nothing', () => {
    expect([isTooLate(10_000, 1_899, 0), isTooLate(10_000, 1_900, 0), isTooLate(10_000, 1_900, MIB)]).toEqual([
      false,
      true,
      false,
    ]);
  });
});
