/**
 * How often something happened, in bounded space: minute buckets for 24 h, hour buckets for 30 days, day buckets for 400 days.
 * Adding and pruning commute: the buckets are a function of the times added and of `now` alone, in whatever order they came.
 */
import { DAY, HOUR, MINUTE } from '../duration.js';

/** Each list is flat: bucket, count, bucket, count …; buckets rise; a bucket is its start divided by its size. */
export type Buckets = {
  readonly m: readonly number[];
  readonly h: readonly number[];
  readonly d: readonly number[];
};

const TIERS = [
  { name: 'm', size: MINUTE, keep: 24 * 60 },
  { name: 'h', size: HOUR, keep: 30 * 24 },
  { name: 'd', size: DAY, keep: 400 },
] as const;

const NONE: Buckets = { m: [], h: [], d: [] };

function oldest(size: number, keep: number, now: number): number {
  return Math.floor(now / size) - keep;
}

/** Counts one at `at` (milliseconds, not after `now`). Null when it is older than every tier keeps and nothing else is left. */
export function counted(buckets: Buckets | undefined, at: number, now: number): Buckets | null {
  const before = buckets ?? NONE;
  const next = { m: before.m, h: before.h, d: before.d };
  for (const { name, size, keep } of TIERS) {
    const bucket = Math.floor(at / size);
    if (bucket >= oldest(size, keep, now)) next[name] = withOne(before[name], bucket);
  }
  return pruned(next, now);
}

/** Takes back one that was counted at `at`, where its buckets are kept still. Null when nothing is left. */
export function uncounted(buckets: Buckets | undefined, at: number, now: number): Buckets | null {
  if (!buckets) return null;
  const next = { m: buckets.m, h: buckets.h, d: buckets.d };
  for (const { name, size } of TIERS) next[name] = withoutOne(buckets[name], Math.floor(at / size));
  return pruned(next, now);
}

function withoutOne(list: readonly number[], bucket: number): readonly number[] {
  const i = list.findIndex((value, index) => index % 2 === 0 && value === bucket);
  if (i < 0) return list;
  const count = list[i + 1] as number;
  return count > 1 ? list.with(i + 1, count - 1) : list.toSpliced(i, 2);
}

function withOne(list: readonly number[], bucket: number): readonly number[] {
  let i = list.length;
  while (i > 0 && (list[i - 2] as number) > bucket) i -= 2;
  const copy = list.slice();
  if (i > 0 && list[i - 2] === bucket) copy[i - 1] = (list[i - 1] as number) + 1;
  else copy.splice(i, 0, bucket, 1);
  return copy;
}

/** Without the buckets that are older than their tier keeps; the same object when there are none, null when nothing is left. */
export function pruned(buckets: Buckets, now: number): Buckets | null {
  let next: Buckets = buckets;
  for (const { name, size, keep } of TIERS) {
    const list = buckets[name];
    const first = oldest(size, keep, now);
    if (list.length === 0 || (list[0] as number) >= first) continue;
    let i = 0;
    while (i < list.length && (list[i] as number) < first) i += 2;
    next = { ...next, [name]: list.slice(i) };
  }
  return next.d.length === 0 && next.h.length === 0 && next.m.length === 0 ? null : next;
}

/**
 * How many within the window that ends at `now`, by the finest tier that reaches so far. The oldest bucket counts whole, so a window
 * is exact to the minute up to 24 h, to the hour up to 30 days, to the day beyond.
 */
export function countSince(buckets: Buckets | undefined, window: number, now: number): number {
  if (!buckets) return 0;
  const tier = tierOf(window);
  const list = buckets[tier.name];
  const first = Math.floor((now - window) / tier.size);
  let sum = 0;
  for (let i = list.length - 2; i >= 0 && (list[i] as number) >= first; i -= 2) sum += list[i + 1] as number;
  return sum;
}

/** When the oldest bucket of that window leaves it, milliseconds; null where none is within. */
export function leavesAt(buckets: Buckets | undefined, window: number, now: number): number | null {
  if (!buckets) return null;
  const { name, size } = tierOf(window);
  const first = Math.floor((now - window) / size);
  const oldest = buckets[name].find((value, i) => i % 2 === 0 && value >= first);
  return oldest === undefined ? null : (oldest + 1) * size + window;
}

function tierOf(window: number): (typeof TIERS)[number] {
  return TIERS.find(({ size, keep }) => window <= size * keep) ?? TIERS[2];
}
