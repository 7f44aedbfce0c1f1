/** Times and numbers as people read them. */
import { type Html, html } from '../html.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number) => String(value).padStart(2, '0');

/** `24 Nov 2026, 09:31:05 UTC`. */
export function exact(at: number): string {
  const date = new Date(at);
  const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  return `${day}, ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} UTC`;
}

/** `just now`, `12 s ago`, `5 min ago`, `3 h ago`, `2 d ago`, then the date. */
export function ago(at: number, now: number): string {
  const passed = now - at;
  if (passed < -MINUTE) return inTime(-passed);
  if (passed < 2 * SECOND) return 'just now';
  if (passed < MINUTE) return `${Math.floor(passed / SECOND)} s ago`;
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min ago`;
  if (passed < DAY) return `${Math.floor(passed / HOUR)} h ago`;
  if (passed < 8 * DAY) return `${Math.floor(passed / DAY)} d ago`;
  const date = new Date(at);
  const year = date.getUTCFullYear() === new Date(now).getUTCFullYear() ? '' : ` ${date.getUTCFullYear()}`;
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}${year}`;
}

function inTime(left: number): string {
  if (left < HOUR) return `in ${Math.ceil(left / MINUTE)} min`;
  return left < DAY ? `in ${Math.ceil(left / HOUR)} h` : `in ${Math.ceil(left / DAY)} d`;
}

/** A `<time>` that reads relative and says exactly when one points at it. */
export function when(at: number, now: number): Html {
  return html`<time datetime="${new Date(at).toISOString()}" title="${exact(at)}">${ago(at, now)}</time>`;
}

/** 1234567 → `1,234,567`. */
export function count(value: number): string {
  return value.toLocaleString('en');
}

/** `1 click`, `2 clicks`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** The first eight characters of an id: enough to tell ids apart by eye. */
export function short(id: string): string {
  return id.slice(0, 8);
}
