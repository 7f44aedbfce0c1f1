/** Under which keys an input is known, and in which months they are looked up (engine.md 4.2). */
import type { SeenLookup } from '#contracts/decision.js';
import type { EngagementInput, Placed } from '#contracts/inputs.js';
import { HORIZON } from '#domain/rules/duration.js';

const LAST_TIME = 8.64e15;

/** First day, `YYYY-MM-01`; `at` is not before 1970. */
function monthOf(at: number): string {
  const date = new Date(at);
  const month = date.getUTCMonth() + 1;
  return `${date.getUTCFullYear()}-${month < 10 ? '0' : ''}${month}-01`;
}

/** The month of `at` and the one before. */
function monthAndBefore(at: number): string[] {
  const date = new Date(at);
  return [monthOf(at), monthOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 1, 1))];
}

/** The payload's own time, or null where it has none that a calendar knows. */
export function payloadTime({ occurredAt }: EngagementInput['data']): number | null {
  return occurredAt !== null && occurredAt >= 0 && occurredAt < LAST_TIME ? occurredAt : null;
}

/** Older than the horizon when it was recorded: it changes nothing. */
export function isTooLate({ input, recordedAt }: Placed<EngagementInput>): boolean {
  const at = payloadTime(input.data);
  return at !== null && recordedAt - at > HORIZON;
}

/** An engagement is known by its own keys, any input of ours by its id; a publication by its number, and so by none. */
export function lookups(placed: Placed): readonly SeenLookup[] {
  const { input, id, recordedAt } = placed;
  if (input.type === 'rules_published') return [];
  const at = input.type === 'engagement' ? payloadTime(input.data) : null;
  const keys = input.type === 'engagement' && input.data.keys.length > 0 ? [...new Set(input.data.keys)] : [id];
  if (at !== null && input.type === 'engagement' && !isTooLate({ ...placed, input })) {
    const own = monthOf(at);
    return keys.map((key) => ({ key, months: [own], writeTo: own }));
  }
  // A request that is read again was received long before: what has no time of its own is still found under the month of then.
  const since = input.type === 'engagement' && at === null ? Math.min(input.data.receivedAt, recordedAt) : recordedAt;
  const [recent, before] = monthAndBefore(since) as [string, string];
  if (at === null) return keys.map((key) => ({ key, months: [recent, before], writeTo: recent }));
  // Its own month may be dropped already: it is remembered in that of its recording.
  return keys.map((key) => ({ key, months: [...new Set([monthOf(at), recent, before])], writeTo: recent }));
}
