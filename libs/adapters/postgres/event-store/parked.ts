/** Inputs that were set aside, as operators look at them. */
import type { Uuid } from '#contracts/ids.js';
import { micros, timeOf } from '../micros.js';
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
  /** Microseconds. */
  readonly parkedMicros: number;
  /** Why, under the contact's key; null where it waits behind another. */
  readonly errorSealed: Buffer | null;
}

/** parkedMicros, topic, partition and position of the last one of the page before. */
export type ParkedCursor = readonly [number, string, number, number];

const SELECTED = `topic, partition, position, contact_id as "contactId", id, type, reason, at, parked_at as "parkedAt", error_sealed as "errorSealed",
  ${micros('parked_at')} as "parkedMicros"`;

const LIST = statement(
  'engine.parked.list',
  `select ${SELECTED} from engine.parked
where workspace_id = $1 and state = 'parked' and ($2::bigint is null
  or (parked_at, topic, partition, position) < (${timeOf('$2')}, $3, $4::integer, $5::bigint))
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
  const values = [workspaceId, ...(page.after ?? [null, null, null, null]), page.limit];
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
