/**
 * Local time by the zone data that the package moment-timezone carries in its pinned version (IANA), so that it is the same in every
 * process: neither its own zone nor the data of its machine is asked. Past 2037 the last known offset of a zone stays.
 */
import moment from 'moment-timezone';
import { DAY, HOUR, MINUTE } from '../duration.js';
import { WEEKDAYS, type Weekday } from '../teams/teams.js';

export interface LocalTime {
  /** `2026-11-24`. */
  readonly date: string;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
  /** 0 to 23. */
  readonly hour: number;
  /** 0 to 59. */
  readonly minute: number;
  readonly weekday: Weekday;
}

/** Names of the zones, for cures. */
export const ZONES: readonly string[] = moment.tz.names();

export function isZone(name: string): boolean {
  return moment.tz.zone(name) !== null;
}

/** Milliseconds east of UTC at that instant. Throws on an unknown zone. */
export function offsetAt(name: string, at: number): number {
  const zone = moment.tz.zone(name);
  if (zone === null) throw new Error(`there is no time zone ${name}`);
  // The library counts minutes west of UTC.
  return (0 - zone.utcOffset(at)) * MINUTE;
}

/** `at`: milliseconds since the epoch. Throws on an unknown zone. */
export function localTime(name: string, at: number): LocalTime {
  const local = at + offsetAt(name, at);
  const [date] = new Date(local).toISOString().split('T') as [string];
  const [, month, day] = date.split('-').map(Number) as [number, number, number];
  const ofDay = ((local % DAY) + DAY) % DAY;
  // The epoch was a Thursday, the fourth of the week.
  const weekday = WEEKDAYS[(((Math.floor(local / DAY) + 3) % 7) + 7) % 7] as Weekday;
  return { date, month, day, hour: Math.floor(ofDay / HOUR), minute: Math.floor(ofDay / MINUTE) % 60, weekday };
}

/**
 * The instant at which it is that time there: `date` as `2026-11-24`, `minutes` of the day. A time that clocks skip is the one an hour
 * later; of one that they show twice it is the first.
 */
export function instantOf(name: string, date: string, minutes: number): number {
  const local = Date.parse(`${date}T00:00:00Z`) + minutes * MINUTE;
  const before = offsetAt(name, local - DAY);
  const first = local - before;
  if (offsetAt(name, first) === before) return first;
  const later = local - offsetAt(name, local + DAY);
  return later + offsetAt(name, later) === local ? later : first;
}
