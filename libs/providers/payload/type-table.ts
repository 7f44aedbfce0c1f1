/** From a provider's event name to the canonical type. */
import type { EngagementType } from '#contracts/engagement.js';

export type TypeTable = Readonly<Record<string, EngagementType>>;

/** The type a table gives a name; `unknown` for a name it does not have (`constructor` and the like included). */
export function typeIn(table: TypeTable, name: string | null): EngagementType {
  return name !== null && Object.hasOwn(table, name) ? (table[name] ?? 'unknown') : 'unknown';
}
