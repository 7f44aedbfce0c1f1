/** What is on record of one contact, oldest first, as the engine stored it. */
import type { Pool } from '#adapters/postgres/pool.js';
import { type TimelineCursor, timelineCursor, timelinePage } from '#adapters/postgres/read-models/queries/timeline.js';
import type { ContactEvent, Recorded } from '#contracts/contact-events.js';
import type { Uuid } from '#contracts/ids.js';
import type { TimelineRow } from '#contracts/read-models.js';

const PAGE = 1_000;

/** Of its own stream, whole, in memory; `long`: it has more than `most` events; `erased`: conditions cannot be asked of it any more. */
export async function contactRecord(
  pool: Pool,
  workspaceId: Uuid,
  contactId: Uuid,
  most: number,
): Promise<readonly Recorded<ContactEvent>[] | 'long' | 'erased'> {
  const rows: TimelineRow[] = [];
  for (let before: TimelineCursor | null = null; ; before = timelineCursor(rows.at(-1)!)) {
    const page = await timelinePage(pool, workspaceId, { contactId, aliases: [] }, { before, limit: PAGE });
    rows.push(...page);
    if (rows.length > most) return 'long';
    if (page.length < PAGE) break;
  }
  if (rows.some(({ type, pii }) => type === 'engagement_recorded' && pii === null)) return 'erased';
  return rows.reverse().map(recorded);
}

/** The timeline holds every event of the stream, opened: `data` and `pii` are as they were stored. */
function recorded({ eventId, type, data, pii, changed: _, ...meta }: TimelineRow): Recorded<ContactEvent> {
  return { ...meta, id: eventId, type, v: 1, data, pii } as unknown as Recorded<ContactEvent>;
}
