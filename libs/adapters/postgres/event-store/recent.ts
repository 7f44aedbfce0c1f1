/** The newest engagements of a workspace over all contacts, and what each led to: for watching what comes in. */
import type { Uuid } from '#contracts/ids.js';
import type { JsonObject } from '#contracts/json.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

/** An event of the record without its personal part. Times in milliseconds. */
export interface RecentEvent {
  readonly id: Uuid;
  readonly contactId: Uuid;
  readonly version: number;
  readonly type: string;
  readonly recordedAt: number;
  readonly correlationId: Uuid;
  readonly data: JsonObject;
}

// The ends of the lanes, walked backwards along their index: the cost depends on `$2`, never on how much is on record.
const RECENT = statement(
  'engine.event.recent',
  `select e.id, e.contact_id as "contactId", e.version, e.type, e.recorded_at as "recordedAt", e.correlation_id as "correlationId", e.data
from engine.lane_head h
cross join lateral (
  select * from engine.event v where v.lane = h.lane and v.position >= h.next - $2::bigint order by v.position desc limit $2::bigint
) e
where e.workspace_id = $1 and e.recorded_at >= $3
order by e.recorded_at desc, e.contact_id, e.version desc`,
);

/** Events since `since` (milliseconds) among the last `perLane` of each lane, newest first. */
export async function recentEvents(
  pool: Pool,
  workspaceId: Uuid,
  { since, perLane }: { readonly since: number; readonly perLane: number },
): Promise<readonly RecentEvent[]> {
  const { rows } = await query<RecentEvent>(pool, bind(RECENT, [workspaceId, perLane, new Date(since)]));
  return rows;
}
