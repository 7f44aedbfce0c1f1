/**
 * A suspension is a publication like any other: what it says of itself stands in its author, which is stored, so the words are a format.
 * Those of a release without the reason are read too.
 */
export interface Suspension {
  /** On the day of the suspension (UTC), until then. */
  readonly failures: number;
  /** Of the last failure, without personal data; null where it is not on record. */
  readonly reason: string | null;
}

/** What authors of suspensions begin with. */
export const SUSPENDED = 'afterclick: suspended after ';
const SAID = /^afterclick: suspended after (\d+) failures in a day(?:: (.+))?$/s;

export function suspendedBy({ failures, reason }: Suspension): string {
  return `${SUSPENDED}${failures} failures in a day${reason === null ? '' : `: ${reason}`}`;
}

/** Null where the author is another. */
export function suspensionOf(author: string | null): Suspension | null {
  const said = SAID.exec(author ?? '');
  return said && { failures: Number(said[1]), reason: said[2] ?? null };
}
