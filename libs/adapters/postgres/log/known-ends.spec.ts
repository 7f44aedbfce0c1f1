import { KnownEnds } from './known-ends.js';

it('knows nothing of a partition until somebody looked, and then also that it is empty', () => {
  const ends = new KnownEnds();
  expect(ends.of('engagements.g1', 0)).toBeNull();
  ends.reached('engagements.g1', 0, 0);
  expect(ends.of('engagements.g1', 0)).toBe(0);
  expect(ends.of('engagements.g1', 1)).toBeNull();
});

it('keeps the later end, in whatever order looks come back', () => {
  const ends = new KnownEnds();
  ends.reached('engagements.g1', 0, 7);
  ends.reached('engagements.g1', 0, 5);
  expect(ends.of('engagements.g1', 0)).toBe(7);
});
