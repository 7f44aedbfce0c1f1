/** Times of payloads → ISO 8601 in UTC with milliseconds. A time that cannot be read is null, never an exception. */
import type { Json } from '#contracts/json.js';

const LATEST_MS = 253_402_300_799_999; // 9999-12-31T23:59:59.999Z

const fromMs = (ms: number): string | null =>
  Number.isFinite(ms) && ms > 0 && ms <= LATEST_MS ? new Date(ms).toISOString() : null;

/** Fraction digits → whole milliseconds, cut and not rounded (Postmark sends seven digits, Mailgun six). */
const milliseconds = (fraction: string | undefined): number => Number(`${fraction ?? ''}000`.slice(0, 3));

/**
 * Epoch time, as a number or its text, with or without a fraction. The unit is told by its size: below 1e11 seconds
 * (the year 5138), below 1e14 milliseconds, below 1e17 microseconds, else nanoseconds.
 */
export function epochTime(value: Json | undefined): string | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const parts = /^\s*\+?(\d{1,20})(?:\.(\d*))?\s*$/.exec(plainDigits(value));
  if (parts === null) return null;
  const whole = Number(parts[1]);
  if (whole < 1e11) return fromMs(whole * 1000 + milliseconds(parts[2]));
  if (whole < 1e14) return fromMs(whole);
  return fromMs(Math.floor(whole / (whole < 1e17 ? 1e3 : 1e6)));
}

/** `1.5e9` is a legal JSON number; its digits are written out. */
function plainDigits(value: number | string): string {
  const written = String(value);
  if (!/^[\d.+]+e\+?\d+$/i.test(written.trim())) return written;
  const number = Number(written);
  return number < 1e20 ? number.toFixed(3) : written;
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ]+(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i;

/** ISO 8601 / RFC 3339 with any number of fraction digits and any offset; a time without a zone is UTC. */
export function isoTime(value: Json | undefined): string | null {
  if (typeof value !== 'string') return null;
  const parts = ISO.exec(value.trim());
  if (parts === null) return null;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const [hour, minute, second] = [Number(parts[4] ?? 0), Number(parts[5] ?? 0), Number(parts[6] ?? 0)];
  const midnight = new Date(Date.UTC(year, month - 1, day));
  const isDay = midnight.getUTCMonth() === month - 1 && midnight.getUTCDate() === day;
  if (!isDay || year < 1000 || hour > 24 || minute > 59 || second > 60) return null;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds(parts[7]));
  return fromMs(ms - offsetMinutes(parts[8]) * 60_000);
}

function offsetMinutes(zone: string | undefined): number {
  const parts = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? '');
  if (parts === null) return 0;
  return (parts[1] === '-' ? -1 : 1) * (Number(parts[2]) * 60 + Number(parts[3] ?? 0));
}

/** Date.parse takes almost any words with a number for a date, so the form is checked first. */
const MAIL_DATE =
  /^(?:(?:[a-z]{3,9},?\s+)?\d{1,2}[\s-]+[a-z]{3,9}[\s-]+\d{2,4}\s+\d{1,2}:\d{2}|[a-z]{3}\s+[a-z]{3}\s+\d{1,2}\s+\d{1,2}:\d{2}:\d{2}\s+\d{4})/i;

/** The date of a mail or an HTTP header: RFC 5322 with a comment (`(PST)`) or without, and asctime. */
export function mailTime(value: Json | undefined): string | null {
  if (typeof value !== 'string') return null;
  const date = value.replace(/\([^()]*\)/g, ' ').trim();
  if (!MAIL_DATE.test(date)) return null;
  const hasZone = /(?:[+-]\d{4}|GMT|UTC?|Z|[ECMP][SD]T)$/i.test(date);
  return fromMs(Date.parse(hasZone ? date : `${date} GMT`));
}

/** A time in any of the forms above. */
export function readTime(value: Json | undefined): string | null {
  return epochTime(value) ?? isoTime(value) ?? mailTime(value);
}
