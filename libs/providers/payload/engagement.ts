/** Puts an engagement together from what a payload happens to tell. */
import type { Engagement, EngagementType } from '#contracts/engagement.js';
import type { Json } from '#contracts/json.js';

/** An engagement whose optional members may be undefined. */
type Told = { readonly [Name in keyof Engagement]: Engagement[Name] | undefined };
type Always = 'type' | 'providerEventType' | 'recipient' | 'providerEventId' | 'providerMessageId' | 'occurredAt';

/** The engagement without the members that are undefined: what the payload does not tell is not stored. */
export function engagementOf(told: Told & Pick<Engagement, Always>): Engagement {
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)) as unknown as Engagement;
}

/** Own members of an object without those that are undefined; undefined when none is left. */
export function told<T extends Record<string, Json | undefined>>(members: T): { [K in keyof T]?: Json } | undefined {
  const kept = Object.entries(members).filter(([, value]) => value !== undefined);
  return kept.length === 0 ? undefined : (Object.fromEntries(kept) as { [K in keyof T]?: Json });
}

/** Looks a provider's event name up in its table: own members only, everything else is `unknown`. */
export function typeIn(table: Readonly<Record<string, EngagementType>>, name: string | null): EngagementType {
  return name !== null && Object.hasOwn(table, name) ? (table[name] ?? 'unknown') : 'unknown';
}
