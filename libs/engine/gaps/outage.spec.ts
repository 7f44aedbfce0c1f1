import { lostIn } from './outage.js';

const HOUR = 3_600_000;
const outage = (hours: number) => ({ from: 1_000, to: 1_000 + hours * HOUR });

it.each<readonly [number, number | null, number | null]>([
  [23.9, 24, null],
  [24, 24, null],
  [30, 24, 6],
  [0.5, 2 / 60, 0.5 - 2 / 60],
  [0.9, null, null],
  [3, null, 2],
])('an outage of %d hours of a provider that retries for %p loses the first %p of them', (hours, window, lost) => {
  const gap = lostIn(outage(hours), window);
  if (lost === null) expect(gap).toBeNull();
  else expect(gap).toEqual({ from: 1_000, to: expect.closeTo(1_000 + lost * HOUR, 0) });
});
