/** De-duplication keys are kept for the horizon only: what is older is too late whether it was seen or not (engine.md 4.2). */
import type { Pool } from 'pg';
import { dropMonth, monthsOf } from '../migrations/partitions.js';

/** Drops the months of seen keys that ended before `before` (milliseconds). Answers their tables. Rejects with WorldError. */
export async function trimSeen(pool: Pool, before: number): Promise<readonly string[]> {
  const dropped: string[] = [];
  for (const { name, endsAt } of await monthsOf(pool, 'engine.seen'))
    if (endsAt < before && (await dropMonth(pool, name))) dropped.push(name);
  return dropped;
}
