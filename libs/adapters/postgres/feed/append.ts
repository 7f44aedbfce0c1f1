/** Appends to the changes feed: positions are handed out under the lock of the workspace's head, so commit order leaves no gap. */
import type { PoolClient } from 'pg';
import type { FedChange } from '#engine/projection/store.js';
import { plainArray, timeArray } from '../read-models/array-literal.js';
import { bind, statement } from '../statement.js';

/**
 * `asked` gives workspace_id, contact_id, version, recorded_at, mark and `at`, the order among them. Heads are taken in key order, so
 * that no two transactions wait for each other; what is inserted reads the heads that this very statement moved.
 */
export function feeding(asked: string): string {
  return `with asked as materialized (
  ${asked}
), counted as (
  select workspace_id, count(*) as n from asked group by workspace_id order by workspace_id
), head as (
  insert into feed.head as h (workspace_id, position) select workspace_id, n from counted order by workspace_id
  on conflict (workspace_id) do update set position = h.position + excluded.position
  returning workspace_id, position
)
insert into feed.change (workspace_id, position, contact_id, version, recorded_at, mark)
select a.workspace_id, head.position - counted.n + row_number() over (partition by a.workspace_id order by a.at),
  a.contact_id, a.version, a.recorded_at, a.mark
from counted join head using (workspace_id) join asked a using (workspace_id)`;
}

const APPEND = statement(
  'feed.change.append',
  feeding(`select * from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::timestamptz[], $5::uuid[])
    with ordinality as u(workspace_id, contact_id, version, recorded_at, mark, at)`),
);

/** In their order. The locks are held until the transaction ends: nothing of it should come after. */
export async function appendChanges(tx: PoolClient, changes: readonly FedChange[]): Promise<void> {
  if (changes.length === 0) return;
  const values = [
    plainArray(changes.map(({ workspaceId }) => workspaceId)),
    plainArray(changes.map(({ contactId }) => contactId)),
    plainArray(changes.map(({ version }) => version)),
    timeArray(changes.map(({ recordedAt }) => recordedAt)),
    plainArray(changes.map(({ eventId }) => eventId)),
  ];
  await tx.query(bind(APPEND, values));
}
