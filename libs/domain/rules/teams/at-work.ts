/** Whether an owner is at work at a moment, by the hours of teams.yaml. */
import { localTime } from '../time/zone.js';
import type { Owner } from './teams.js';

/** `at`: milliseconds. Without hours one always is; hours without a zone are in UTC. Throws on an unknown zone. */
export function isAtWork({ zone, hours }: Pick<Owner, 'zone' | 'hours'>, at: number): boolean {
  if (hours === null) return true;
  const { weekday, hour, minute } = localTime(zone ?? 'UTC', at);
  if (!hours.weekdays.includes(weekday)) return false;
  const time = `${twoDigits(hour)}:${twoDigits(minute)}`;
  return hours.from <= time && time < hours.to;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
