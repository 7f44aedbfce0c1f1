/**
 * Score that expires: a grant counts in full at once and loses the same part of it every moment until it is gone. Integer arithmetic: a
 * point counts until it is lost whole. Products stay below 2^53: at most 100,000 points over 400 days of milliseconds.
 */

/** Flat: points, from, until (milliseconds), points, from, until …; in the order of recording. */
export type Grants = readonly number[];

/** Grants that a contact keeps apart; above it the two that end first are joined. */
export const MAX_GRANTS = 100;

interface Scored {
  readonly score: number;
  readonly grants?: Grants;
}

/** What is left of a grant. Away from zero where it is no whole number. */
export function leftOf(points: number, from: number, until: number, now: number): number {
  if (now >= until) return 0;
  if (now <= from) return points;
  const left = Math.ceil((Math.abs(points) * (until - now)) / (until - from));
  return points < 0 ? -left : left;
}

/** The score at `now`, milliseconds: what stays, and what is left of what expires. */
export function scoreAt({ score, grants = [] }: Scored, now: number): number {
  let sum = score;
  for (let i = 0; i < grants.length; i += 3)
    sum += leftOf(grants[i] as number, grants[i + 1] as number, grants[i + 2] as number, now);
  return sum;
}

/** With one more, which begins at `now`. */
export function withGrant(grants: Grants, points: number, until: number, now: number): Grants {
  const next = [...unexpired(grants, now), points, now, until];
  return next.length > 3 * MAX_GRANTS ? joined(next, now) : next;
}

/** Without those that are gone; the same object when there are none. */
export function unexpired(grants: Grants, now: number): Grants {
  const isGone = (until: number): boolean => until <= now;
  if (!grants.some((value, i) => i % 3 === 2 && isGone(value))) return grants;
  const kept: number[] = [];
  for (let i = 0; i < grants.length; i += 3) if (!isGone(grants[i + 2] as number)) kept.push(...grants.slice(i, i + 3));
  return kept;
}

/** The two that end first as one that ends with the later of them: it is worth the same now and is never worth less than they. */
function joined(grants: Grants, now: number): Grants {
  const starts = grants.flatMap((_, i) => (i % 3 === 0 ? [i] : []));
  const [a, b] = starts.sort((x, y) => (grants[x + 2] as number) - (grants[y + 2] as number) || x - y) as [
    number,
    number,
  ];
  const left = (at: number): number =>
    leftOf(grants[at] as number, grants[at + 1] as number, grants[at + 2] as number, now);
  const kept = grants.filter((_, i) => i < Math.min(a, b) || i >= Math.min(a, b) + 3).slice();
  const second = Math.max(a, b) - 3;
  kept.splice(second, 3);
  return [left(a) + left(b), now, grants[b + 2] as number, ...kept];
}

/**
 * When the score may next stand on another side of one of these lines than at `now`, by nothing but time; null: never. It is not later
 * than that: where grants and their like of the other sign expire at once it may be earlier, and is to be asked again from there.
 */
export function nextCrossing(scored: Scored, now: number, lines: readonly number[]): number | null {
  const { grants = [] } = scored;
  const score = scoreAt(scored, now);
  const [falling, rising] = [decaying(scored, now, 1), decaying(scored, now, -1)];
  const end = grants.reduce((last, value, i) => (i % 3 === 2 ? Math.max(last, value) : last), now);
  const times = lines.flatMap((line) => {
    const crossed = score >= line ? (at: number) => falling(at) < line : (at: number) => rising(at) >= line;
    return crossed(end) ? [firstWhere(crossed, now, end)] : [];
  });
  return times.length === 0 ? null : Math.min(...times);
}

/** The score if of its grants only those of this sign expired: it only falls, or only rises. */
function decaying({ score, grants = [] }: Scored, now: number, sign: 1 | -1): (at: number) => number {
  return (at) => {
    let sum = score;
    for (let i = 0; i < grants.length; i += 3) {
      const [points, from, until] = [grants[i] as number, grants[i + 1] as number, grants[i + 2] as number];
      sum += leftOf(points, from, until, Math.sign(points) === sign ? at : now);
    }
    return sum;
  };
}

/** The first millisecond after `from` for which it holds; once it does it goes on to, and at `to` it does. */
function firstWhere(holds: (at: number) => boolean, from: number, to: number): number {
  let [no, yes] = [from, to];
  while (yes - no > 1) {
    const middle = Math.floor((no + yes) / 2);
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}

/** When the next point is lost, or a debt of one forgiven, milliseconds, after `now`; null: what there is stays. */
export function changesAt({ grants = [] }: Scored, now: number): number | null {
  const times: number[] = [];
  for (let i = 0; i < grants.length; i += 3) {
    const [points, from, until] = [grants[i] as number, grants[i + 1] as number, grants[i + 2] as number];
    const left = leftOf(points, from, until, now);
    if (left !== 0)
      times.push(firstWhere((at) => leftOf(points, from, until, at) !== left, Math.max(from, now), until));
  }
  return times.length === 0 ? null : Math.min(...times);
}
