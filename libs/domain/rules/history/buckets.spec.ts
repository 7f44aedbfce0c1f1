import { DAY, HOUR, MINUTE } from '../duration.js';
import { type Buckets, counted, countSince, pruned } from './buckets.js';

const NOW = Date.UTC(2026, 4, 1, 12, 0, 30);

function all(times: readonly number[], now = NOW): Buckets | undefined {
  let buckets: Buckets | undefined;
  for (const at of times) buckets = counted(buckets, at, now) ?? undefined;
  return buckets;
}

describe('buckets', () => {
  it('count to the minute within a day, to the hour within 30 days, to the day within 400', () => {
    const buckets = all([NOW, NOW - 30 * MINUTE, NOW - 3 * DAY, NOW - 100 * DAY]);
    expect(countSince(buckets, MINUTE, NOW)).toBe(1);
    expect(countSince(buckets, HOUR, NOW)).toBe(2);
    expect(countSince(buckets, 7 * DAY, NOW)).toBe(3);
    expect(countSince(buckets, 400 * DAY, NOW)).toBe(4);
  });

  it('count what happened at the very start of the window', () => {
    expect(countSince(all([NOW - 7 * DAY]), 7 * DAY, NOW)).toBe(1);
    expect(countSince(all([NOW - 7 * DAY - HOUR]), 7 * DAY, NOW)).toBe(0);
  });

  it('are the same in whatever order things came', () => {
    const times = [NOW, NOW - DAY, NOW - 40 * DAY, NOW - MINUTE, NOW - MINUTE, NOW - 399 * DAY];
    expect(all([...times].reverse())).toEqual(all(times));
  });

  it('are the same pruned early or late', () => {
    const early = all([NOW - 390 * DAY, NOW - 20 * DAY], NOW - 10 * DAY);
    const later = NOW + 30 * DAY;
    expect(pruned(counted(early, NOW, NOW)!, later)).toEqual(all([NOW - 390 * DAY, NOW - 20 * DAY, NOW], later));
  });

  it('keep nothing older than 400 days', () => {
    expect(counted(undefined, NOW - 402 * DAY, NOW)).toBeNull();
    expect(pruned(all([NOW])!, NOW + 402 * DAY)).toBeNull();
  });

  it('are bounded', () => {
    let buckets: Buckets | undefined;
    for (let at = NOW - 420 * DAY; at <= NOW; at += 7 * MINUTE) buckets = counted(buckets, at, at) ?? undefined;
    expect(buckets?.m.length).toBeLessThanOrEqual(2 * 1441);
    expect(buckets?.h.length).toBeLessThanOrEqual(2 * 721);
    expect(buckets?.d.length).toBeLessThanOrEqual(2 * 401);
  });
});
