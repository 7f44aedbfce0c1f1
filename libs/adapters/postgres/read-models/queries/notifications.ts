/** The inbox of sales: notifications with the contact each is about, newest first. */
import type { Uuid } from '#contracts/ids.js';
import type { NotificationRow } from '#contracts/read-models.js';
import type { Pool } from '../../pool.js';
import { bind, statement } from '../../statement.js';
import { query } from '../../transaction.js';
import { READ } from '../tables.js';
import { scoreToday } from './present-names.js';

export type NotificationState = NotificationRow['state'];
const STATES: readonly NotificationState[] = ['open', 'taken', 'done'];

/** A notification and what a salesperson wants to know of its contact at once. */
export interface InboxRow extends NotificationRow {
  readonly email: string | null;
  readonly owner: string | null;
  readonly score: number;
}

/** openedAt and effectId of the last one of the page before. */
export type NotificationCursor = readonly [number, Uuid];

/** Above every row: a cursor is always a bound of the index, so that a cached plan seeks to it. */
const FIRST_PAGE = ['infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff'] as const;

const SELECTED = `${READ.notification.selected}, c.email, c.owner, coalesce(${scoreToday('c')}, 0) as score`;
const CONTACT = 'left join read.contact c on c.workspace_id = t.workspace_id and c.contact_id = t.contact_id';

// Each state is walked along its own index, so that a page costs the same however many are done.
const LIST = statement(
  'read.notification.list',
  `select ${SELECTED}
from unnest($2::text[]) as s(state)
cross join lateral (
  select n.* from read.notification n
  where n.workspace_id = $1 and n.state = s.state
    and (n.opened_at, n.effect_id) < ($3::timestamptz, $4::uuid)
  order by n.opened_at desc, n.effect_id desc
  limit $5
) t
${CONTACT}
order by t.opened_at desc, t.effect_id desc
limit $5`,
);
const ONE = statement(
  'read.notification.one',
  `select ${SELECTED} from read.notification t ${CONTACT} where t.workspace_id = $1 and t.effect_id = $2`,
);
const COUNTS = statement(
  'read.notification.counts',
  `select count(*) filter (where state = 'open') as open, count(*) filter (where state = 'taken') as taken
from read.notification where workspace_id = $1 and state in ('open', 'taken')`,
);

/** `state` null: of every state. */
export async function listNotifications(
  pool: Pool,
  workspaceId: Uuid,
  state: NotificationState | null,
  page: { readonly after: NotificationCursor | null; readonly limit: number },
): Promise<readonly InboxRow[]> {
  const states = state === null ? STATES : [state];
  const [from, effectId] = page.after ? [new Date(page.after[0]), page.after[1]] : FIRST_PAGE;
  const { rows } = await query<InboxRow>(pool, bind(LIST, [workspaceId, states, from, effectId, page.limit]));
  return rows;
}

export async function notificationById(pool: Pool, workspaceId: Uuid, effectId: Uuid): Promise<InboxRow | null> {
  const { rows } = await query<InboxRow>(pool, bind(ONE, [workspaceId, effectId]));
  return rows[0] ?? null;
}

/** How many wait: not yet taken, and taken but not done. */
export async function waitingNotifications(
  pool: Pool,
  workspaceId: Uuid,
): Promise<{ readonly open: number; readonly taken: number }> {
  const { rows } = await query<{ open: number; taken: number }>(pool, bind(COUNTS, [workspaceId]));
  return rows[0] ?? { open: 0, taken: 0 };
}
