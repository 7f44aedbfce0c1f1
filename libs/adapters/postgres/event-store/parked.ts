/** Inputs that were set aside, as operators look at them. */
import type { Uuid } from '#contracts/ids.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

/** One parked input. Times in milliseconds. */
export interface ParkedRow {
  readonly topic: string;
  readonly partition: number;
  readonly position: number;
  readonly contactId: Uuid | null;
  readonly id: Uuid;
  readonly type: string;
  /** `poison`: could not be decided; `behind`: waits behind an earlier one of the same contact. */
  readonly reason: 'poison' | 'behind';
  readonly at: number;
  readonly parkedAt: number;
  /** Why, under the contact's key; null where it waits behind another. */
  readonly errorSealed: Buffer | null;
}

/** parkedAt, partition and position of the last one of the page before. */
export type ParkedCursor = readonly [number, string, number, number];

const FIRST_PAGE = ['infinity', '', 0, 0] as const;
const SELECTED = `topic, partition, position, contact_id as "contactId", id, type, reason, at, parked_at as "parkedAt", error_sealed as "errorSealed"`;

const LIST = statement(
  'engine.parked.list',
  `select ${SELECTED} from engine.parked
where workspace_id = $1 and state = 'parked' and (parked_at, topic, partition, position) < ($2::timestamptz, $3, $4::integer, $5::bigint)
order by parked_at desc, topic desc, partition desc, position desc
limit $6`,
);
const COUNT = statement(
  'engine.parked.count',
  `select count(*) as inputs, count(distinct contact_id) as contacts from engine.parked
where workspace_id = $1 and state = 'parked' and ($2::uuid is null or contact_id = $2)`,
);

/** Newest first. */
export async function listParked(
  pool: Pool,
  workspaceId: Uuid,
  page: { readonly after: ParkedCursor | null; readonly limit: number },
): Promise<readonly ParkedRow[]> {
  const [parkedAt, topic, partition, position] = page.after
    ? [new Date(page.after[0]), ...page.after.slice(1)]
    : FIRST_PAGE;
  const values = [workspaceId, parkedAt, topic, partition, position, page.limit];
  const { rows } = await query<ParkedRow>(pool, bind(LIST, values));
  return rows;
}

/** How many inputs of how many contacts wait; of one contact when it is given. */
export async function countParked(
  pool: Pool,
  workspaceId: Uuid,
  contactId: Uuid | null = null,
): Promise<{ readonly inputs: number; readonly contacts: number }> {
  const { rows } = await query<{ inputs: number; contacts: number }>(pool, bind(COUNT, [workspaceId, contactId]));
  return rows[0] ?? { inputs: 0, contacts: 0 };
}
