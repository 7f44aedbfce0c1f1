/** Names of time zones, as this process's zone data knows them. */

const known = new Map<string, boolean>();
const MOST_KNOWN = 2_000;

/** An IANA name (RFC 6557), no offset: `Europe/Berlin`, `UTC`. */
export function isTimeZone(name: string): boolean {
  const before = known.get(name);
  if (before !== undefined) return before;
  const is = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+){0,2}$/.test(name) && isKnown(name);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(name, is);
  return is;
}

function isKnown(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
