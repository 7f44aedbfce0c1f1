/** What was sealed under a daily key and is still to be read: that key may not be destroyed yet (engine.md 4.14). */
import type { Pool } from 'pg';
import { TOPICS } from '#contracts/topics.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

// Daily keys of inputs seal nothing on other topics. A partition that nobody ever read is unread from its beginning.
const OLDEST = statement(
  'log.record.oldest_unread',
  `select least(
  (select min(r.at) from log.head h
   join log.topic t on t.name = h.topic
   cross join lateral (
     select coalesce(min(c.next), 0) as next from log.checkpoint c where c.topic = h.topic and c.partition = h.partition
   ) consumed
   join log.record r on r.topic_id = t.id and r.partition = h.partition and r.position >= consumed.next
   where h.topic like $2 and r.sealed is not null and r.at < $1),
  (select min(o.at) from log.outbox o where o.sealed is not null and o.at < $1)
) as oldest`,
);

/**
 * When the oldest sealed input was recorded that a consumer of the Postgres log or a relay has not yet read, of those before `before`;
 * null when there is none. Milliseconds. Rejects with WorldError.
 */
export async function oldestUnread(pool: Pool, before: number): Promise<number | null> {
  const { rows } = await query<{ oldest: number | null }>(
    pool,
    bind(OLDEST, [new Date(before), `${TOPICS.engagements.name}.%`]),
  );
  return rows[0]?.oldest ?? null;
}
