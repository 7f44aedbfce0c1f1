/** Times as people read them at a terminal: ISO 8601 in the zone of whoever looks. */

const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-11-24T10:30:05`: for tables. `at`: milliseconds, or ISO 8601. */
export function localTime(at: number | string): string {
  const date = new Date(at);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `2026-11-24T10:30:05+01:00`: where a time stands alone. */
export function zonedTime(at: number | string): string {
  const minutes = -new Date(at).getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${localTime(at)}${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
