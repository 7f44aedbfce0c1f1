/**
 * Is a source silent against its own habit? Judged by its engagements per hour: an hour of silence counts for as much as came in the
 * same hour of the weakest of the past weeks, so that weekends, nights and the odd quiet week are no alarm, and little traffic never is.
 * Pure.
 */

/** Engagements received in an hour; hours without any are left out. Times in milliseconds, of the hour's start, UTC. */
export interface HourCount {
  readonly hour: number;
  readonly count: number;
}

/** From the start of the last hour in which something came; `expected`: what the weakest of the past weeks had in the time since. */
export interface Silence {
  readonly from: number;
  readonly expected: number;
}

const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
/** Weeks that are compared; fewer than the second number are no habit. */
const WEEKS = 4;
const FEWEST_WEEKS = 3;
/** Silence that counts: hours in which every compared week had something, and how much in all of them together. */
const FEWEST_HOURS = 3;
/** If it went on as in its weakest week, by chance nothing would come once in e^20 times (Poisson). */
const FEWEST_EXPECTED = 20;
/** An hour is judged so long after its end: what is received is counted a little later. */
const SETTLED_MS = 10 * 60_000;
/** What is silent for longer was switched off, and has had its alarm. */
const LONGEST = WEEK;

/** Counts that silenceOf looks at begin here. */
export function habitFrom(now: number): number {
  return Math.floor(now / HOUR) * HOUR - (WEEKS + 1) * WEEK;
}

/** Null while all is as usual, or nothing can be said: too little history, too little traffic. */
export function silenceOf(counts: readonly HourCount[], now: number): Silence | null {
  const byHour = new Map(counts.map(({ hour, count }) => [hour, count]));
  const active = counts.filter(({ count }) => count > 0).map(({ hour }) => hour);
  if (active.length === 0) return null;
  const [first, last] = [Math.min(...active), Math.max(...active)];
  const until = Math.floor((now - SETTLED_MS) / HOUR) * HOUR;
  if (until - last > LONGEST) return null;
  let [hours, expected] = [0, 0];
  for (let hour = last + HOUR; hour < until; hour += HOUR) {
    const usual = weakest(byHour, hour, first);
    if (usual > 0) hours += 1;
    expected += usual;
  }
  return hours >= FEWEST_HOURS && expected >= FEWEST_EXPECTED ? { from: last, expected } : null;
}

/** The least that came in this hour of a past week; 0 where there are too few weeks to tell. */
function weakest(byHour: ReadonlyMap<number, number>, hour: number, first: number): number {
  const weeks: number[] = [];
  for (let week = 1; week <= WEEKS; week += 1) {
    const before = hour - week * WEEK;
    if (before >= first) weeks.push(byHour.get(before) ?? 0);
  }
  return weeks.length < FEWEST_WEEKS ? 0 : Math.min(...weeks);
}

/** End of the first hour after the silence in which something came again; null while it lasts. */
export function silentUntil(counts: readonly HourCount[], from: number): number | null {
  const again = counts.filter(({ hour, count }) => count > 0 && hour > from).map(({ hour }) => hour);
  return again.length === 0 ? null : Math.min(...again) + HOUR;
}
