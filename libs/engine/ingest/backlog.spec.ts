import { Backlog } from './backlog.js';

const entries = (count: number): object[] => Array.from({ length: count }, () => ({}));

/** Each takes `ms`, one after the other, the first of them from `from` on. */
function oneByOne(backlog: Backlog, count: number, ms: number, from = 0): number {
  let now = from;
  for (const entry of entries(count)) {
    backlog.begin(entry, 1, now);
    now += ms;
    backlog.end(entry, now, 'done');
  }
  return now;
}

it('tells how long what is pending takes at the rate of late', () => {
  const backlog = new Backlog();
  const now = oneByOne(backlog, 100, 10);
  for (const entry of entries(50)) backlog.begin(entry, 1, now);
  expect(backlog.waitMs).toBeCloseTo(500, -1);
});

it('counts work by its weight', () => {
  const backlog = new Backlog();
  const now = oneByOne(backlog, 100, 10);
  backlog.begin({}, 50, now);
  expect(backlog.waitMs).toBeCloseTo(500, -1);
});

it('takes no idle time for slow storing', () => {
  const backlog = new Backlog();
  const now = oneByOne(backlog, 100, 10) + 3_600_000;
  for (const entry of entries(50)) backlog.begin(entry, 1, now);
  expect(backlog.waitMs).toBeCloseTo(500, -1);
});

it('follows a log that becomes slow within seconds', () => {
  const backlog = new Backlog();
  const now = oneByOne(backlog, 50, 100, oneByOne(backlog, 1_000, 1));
  backlog.begin({}, 10, now);
  expect(backlog.waitMs).toBeGreaterThan(500);
  expect(backlog.waitMs).toBeLessThan(1_100);
});

it('expects ever more of a log that stores nothing, and nothing before it knows any rate', () => {
  const backlog = new Backlog();
  const [first, second] = entries(2) as [object, object];
  backlog.begin(first, 1, 0);
  backlog.begin(second, 1, 5_000);
  expect(backlog.waitMs).toBe(0);
  backlog.end(first, 5_000, 'done');
  const known = backlog.waitMs;
  backlog.begin({}, 1, 9_000);
  expect(backlog.waitMs).toBeGreaterThan(2 * known);
});

it('does not take what was given up for stored', () => {
  const backlog = new Backlog();
  const now = oneByOne(backlog, 100, 10);
  const lost = entries(500);
  for (const entry of lost) backlog.begin(entry, 1, now);
  for (const entry of lost) backlog.end(entry, now + 2_000, 'given up');
  expect(backlog.waitMs).toBe(0);
  for (const entry of entries(50)) backlog.begin(entry, 1, now + 2_000);
  expect(backlog.waitMs).toBeGreaterThan(500);
});

it('knows how long the oldest has been pending', () => {
  const backlog = new Backlog();
  const [first, second] = entries(2) as [object, object];
  expect(backlog.oldestMs(7)).toBe(0);
  backlog.begin(first, 1, 10);
  backlog.begin(second, 1, 20);
  backlog.begin(first, 1, 30);
  expect(backlog.oldestMs(50)).toBe(40);
  backlog.end(first, 50, 'done');
  backlog.end(first, 50, 'done');
  expect(backlog.oldestMs(50)).toBe(30);
});
