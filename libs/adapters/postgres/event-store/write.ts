/** Writes of the deciding transaction: one bulk statement a table. */
import type { PoolClient } from 'pg';
import type { ContactEventRow } from '#contracts/contact-event-record.js';
import type { BooksChange, Changes } from '#engine/decision/store.js';
import { writeQuarantined } from '../deliveries/deliveries-store.js';
import { plainArray } from '../read-models/array-literal.js';
import { bind, statement } from '../statement.js';
import { armTimers } from '../timers/arm.js';
import { query } from '../transaction.js';
import { holdWhere } from './held.js';
import { writeSeen } from './seen.js';
import { writeEvents } from './write-events.js';
import { writeParked } from './write-parked.js';
import { writeStates } from './write-states.js';

const BOOKS = statement(
  'engine.books.add',
  `insert into engine.books as b (workspace_id, source_id, hour, writer, applied, duplicate, too_late, parked, quarantined)
select u.workspace_id, u.source_id, to_timestamp(u.hour / 1000), $1, u.applied, u.duplicate, u.too_late, u.parked, u.quarantined
from unnest($2::uuid[], $3::uuid[], $4::float8[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])
  as u(workspace_id, source_id, hour, applied, duplicate, too_late, parked, quarantined)
on conflict (workspace_id, source_id, hour, writer) do update
set applied = b.applied + excluded.applied, duplicate = b.duplicate + excluded.duplicate,
  too_late = b.too_late + excluded.too_late, parked = b.parked + excluded.parked,
  quarantined = b.quarantined + excluded.quarantined`,
);

/**
 * Everything of a segment but its forwards. Throws FencedError when a key or state is not as it was loaded. Answers the events as they
 * are on record once the transaction is committed.
 */
export async function write(tx: PoolClient, changes: Changes, holdAfter: number): Promise<readonly ContactEventRow[]> {
  const { lane, events, seen, books } = changes;
  await writeStates(tx, changes);
  const written = await writeEvents(tx, lane, events);
  await writeSeen(tx, seen);
  if (books.length > 0) await query(tx, bind(BOOKS, booksValues(lane, books)));
  await writeParked(tx, changes);
  await holdWhere(tx, changes.parked, holdAfter);
  await writeQuarantined(tx, changes.quarantined);
  await armTimers(tx, changes.timers);
  return written;
}

function booksValues(lane: number, books: readonly BooksChange[]): unknown[] {
  const of = (name: keyof BooksChange): string => plainArray(books.map((row) => row[name]));
  const counts = [of('applied'), of('duplicate'), of('tooLate'), of('parked'), of('quarantined')];
  return [`lane:${lane}`, of('workspaceId'), of('sourceId'), of('hour'), ...counts];
}
