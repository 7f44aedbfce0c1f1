import fc from 'fast-check';
import { nearbyKeys } from './dedup-keys.js';

const SPAN = 1_000;
const keysAt = (ms: number): readonly string[] =>
  nearbyKeys(new Date(ms).toISOString(), SPAN, ['view']).map((key) => JSON.stringify(key));
const share = (one: number, other: number): boolean => keysAt(one).some((key) => keysAt(other).includes(key));

describe('keys of nearby times', () => {
  const time = fc.integer({ min: 1_600_000_000_000, max: 1_800_000_000_000 });

  it('are shared within the span', () => {
    fc.assert(fc.property(time, fc.integer({ min: 0, max: SPAN }), (at, gap) => share(at, at + gap)));
  });

  it('are not shared beyond twice the span', () => {
    fc.assert(fc.property(time, fc.integer({ min: 2 * SPAN, max: 100 * SPAN }), (at, gap) => !share(at, at + gap)));
  });

  it('are none without a time', () => {
    expect(nearbyKeys(null, SPAN, ['view'])).toEqual([]);
  });
});
