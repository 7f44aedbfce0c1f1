/** Suppressions by when they were last added or lifted: for exports, page by page. */
import type { Uuid } from '#contracts/ids.js';
import type { SuppressionRow } from '#contracts/read-models.js';
import type { Pool } from '../../pool.js';
import { bind, statement } from '../../statement.js';
import { query } from '../../transaction.js';
import { READ } from '../tables.js';
import { NOT_TAKEN_OVER } from './suppressions.js';

export interface SuppressionChanges {
  /** Added or lifted at or after this time, milliseconds; from the first when left out. */
  readonly since?: number | undefined;
  readonly scope?: string | undefined;
  /** Those that were lifted too. */
  readonly lifted: boolean;
}

const LOWEST_ID = '00000000-0000-0000-0000-000000000000';
const PAGE = 5_000;

// Two bounds that do not depend on one another, so that a kept plan seeks in the index to either.
const CHANGES = statement(
  'read.suppression.changes',
  `select ${READ.suppression.selected} from read.suppression t
where t.workspace_id = $1
  and (greatest(t.since, t.lifted_at), t.contact_id, t.subject, t.scope) > ($2::timestamptz, $3::uuid, $4::uuid, $5::text)
  and greatest(t.since, t.lifted_at) >= $2
  and ($6::text is null or t.scope = $6)
  and ($7 or t.lifted_at is null)
  and ${NOT_TAKEN_OVER}
order by greatest(t.since, t.lifted_at), t.contact_id, t.subject, t.scope
limit $8`,
);

/** Pages in the order of their change. A suppression that changes meanwhile may come again, with what it is by then; none is missed. */
export async function* suppressionChanges(
  pool: Pool,
  workspaceId: Uuid,
  { since, scope, lifted }: SuppressionChanges,
  size = PAGE,
): AsyncGenerator<readonly SuppressionRow[]> {
  let after: readonly unknown[] = [since === undefined ? '-infinity' : new Date(since), LOWEST_ID, LOWEST_ID, ''];
  for (;;) {
    const values = [workspaceId, ...after, scope ?? null, lifted, size];
    const { rows } = await query<SuppressionRow>(pool, bind(CHANGES, values));
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < size) return;
    const { contactId, subject, scope: ofScope } = last;
    after = [new Date(Math.max(last.since, last.liftedAt ?? last.since)), contactId, subject, ofScope];
  }
}
