/** Requests of one source in the order of their coming, to be read again; and the source as it was registered, deleted or not. */
import type { Uuid } from '#contracts/ids.js';
import type { OpenPart } from '#engine/ingest/reread.js';
import type { Source } from '#engine/ingest/source.js';
import type { Pool } from '../pool.js';
import { SOURCE_COLUMNS, type SourceRow } from '../sources/source-row.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

const SINCE = statement(
  'deliveries.delivery.since',
  `select id, received_at as "receivedAt" from deliveries.delivery
where workspace_id = $1 and source_id = $2 and (received_at, id) > ($3::timestamptz, $4::uuid) and received_at <= $5
order by received_at, id
limit $6`,
);
const OPEN_OF = statement(
  'deliveries.quarantine.open_of',
  `select id, element, reason = 'replayed' as refused from deliveries.quarantine
where workspace_id = $1 and delivery_id = $2 and (state = 'open' or reason = 'replayed')
order by element nulls first`,
);
const SOURCE = statement(
  'registry.source.any',
  `select ${SOURCE_COLUMNS} from registry.source where workspace_id = $1 and id = $2`,
);

/** Place of a request among those of its source. Milliseconds. */
export interface ReceivedRef {
  readonly id: Uuid;
  readonly receivedAt: number;
}

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** After a request, or from a time on (`id` left out), up to and with a time. */
export async function deliveriesSince(
  pool: Pool,
  workspaceId: Uuid,
  sourceId: Uuid,
  {
    after,
    until,
    limit,
  }: {
    readonly after: { readonly receivedAt: number; readonly id?: Uuid };
    readonly until: number;
    readonly limit: number;
  },
): Promise<readonly ReceivedRef[]> {
  const from = after.id === undefined ? after.receivedAt - 1 : after.receivedAt;
  const values = [workspaceId, sourceId, new Date(from), after.id ?? FIRST_ID, new Date(until), limit];
  return (await query<ReceivedRef & Record<string, unknown>>(pool, bind(SINCE, values))).rows;
}

/** Parts of a delivery that wait in quarantine, or were refused for good. */
export async function openPartsOf(pool: Pool, workspaceId: Uuid, deliveryId: Uuid): Promise<readonly OpenPart[]> {
  return (await query<OpenPart & Record<string, unknown>>(pool, bind(OPEN_OF, [workspaceId, deliveryId]))).rows;
}

/** Without its keys: what was verified once is not verified again. Null when the workspace never had it. */
export async function sourceToReread(pool: Pool, workspaceId: Uuid, sourceId: Uuid): Promise<Source | null> {
  const { rows } = await query<SourceRow>(pool, bind(SOURCE, [workspaceId, sourceId]));
  const [row] = rows;
  if (row === undefined) return null;
  const { id, path, name, provider, state, policy, settings } = row;
  return { id, workspaceId, path, name, provider, state, policy, settings: { ...settings, keys: [] } };
}
