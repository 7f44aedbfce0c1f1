/** When ingest was there: each of its processes says so once a minute, and what nobody said is an outage. */
import type { Outage } from '#engine/gaps/outage.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';

/** Shorter than this is a restart. */
const RESTART = `interval '5 minutes'`;

const LAST = statement('engine.presence.last', 'select seen_at from engine.ingest_presence for update');
const MISSED = statement(
  'engine.outage.insert',
  `insert into engine.ingest_outage (from_at, to_at)
select seen_at, $1 from engine.ingest_presence where seen_at + ${RESTART} < $1
on conflict (from_at) do nothing`,
);
// It took requests all the time since $1, whatever could be written meanwhile.
const SHORTEN = statement(
  'engine.outage.shorten',
  `with wrong as (delete from engine.ingest_outage where to_at > $1 and from_at + ${RESTART} >= $1)
update engine.ingest_outage set to_at = $1 where to_at > $1 and from_at + ${RESTART} < $1`,
);
const SEEN = statement(
  'engine.presence.seen',
  `insert into engine.ingest_presence as p (seen_at) values ($1)
on conflict (one) do update set seen_at = greatest(p.seen_at, excluded.seen_at)`,
);
const SINCE = statement(
  'engine.outage.since',
  'select from_at as "from", to_at as "to" from engine.ingest_outage where to_at >= $1 order by from_at',
);

/** A process of ingest takes requests, and has since `since`; both in milliseconds. Rejects with WorldError. */
export async function recordPresence(
  pool: Pool,
  { at, since }: { readonly at: number; readonly since: number },
): Promise<void> {
  await inTransaction(pool, async (tx) => {
    await tx.query(bind(LAST, []));
    await tx.query(bind(MISSED, [new Date(since)]));
    await tx.query(bind(SHORTEN, [new Date(since)]));
    await tx.query(bind(SEEN, [new Date(at)]));
  });
}

/** Those that ended at or after this time, milliseconds. */
export async function outagesSince(pool: Pool, since: number): Promise<readonly Outage[]> {
  return (await query<Outage & Record<string, unknown>>(pool, bind(SINCE, [new Date(since)]))).rows;
}
