/** All contacts of a filter as they were at one moment, page after page as they are taken. */
import type { PoolClient } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import type { ContactRow } from '#contracts/read-models.js';
import type { Pool } from '../../pool.js';
import { query } from '../../transaction.js';
import { sorted } from '../../world.js';
import { type ContactFilter, type ContactSort, contactList, listContext } from './contact-list.js';
import { type Names, namesOf } from './present-names.js';

export interface ContactSnapshot {
  /** Names of attributes that any of them has, sorted; the first so many. */
  attributeNames(most: number): Promise<readonly string[]>;
  /** Every name that these attributes go by, that of today first; those that have but one are left out. */
  namesOf(attributes: readonly string[]): Promise<Names>;
  /** The next contacts; none at the end. */
  next(): Promise<readonly ContactRow[]>;
}

const PAGE = 500;
/** Whoever takes nothing for so long has gone: a snapshot holds up the cleaning of every table. */
const IDLE = '60s';
const EVERY = 2_147_483_647;

/** One transaction that sees one state from its first statement on. Rejects with WorldError when the database is away. */
export async function withContactSnapshot<T>(
  pool: Pool,
  workspaceId: Uuid,
  { filter, sort }: { readonly filter: ContactFilter; readonly sort: ContactSort },
  work: (snapshot: ContactSnapshot) => Promise<T>,
): Promise<T> {
  const connection = await pool.connect().catch((error: unknown) => {
    throw sorted(error);
  });
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  connection.on('error', onError);
  try {
    await query(connection, 'begin isolation level repeatable read read only');
    await query(connection, `set local idle_in_transaction_session_timeout = '${IDLE}'`);
    await query(connection, 'set local statement_timeout = 0');
    const context = await listContext(connection, workspaceId, filter, sort);
    const list = contactList(workspaceId, filter, { sort, after: null, limit: EVERY }, context);
    await query(connection, `declare contacts no scroll cursor for ${list.text}`, list.values);
    const done = await work({
      attributeNames: (most) => namesIn(connection, list, most),
      namesOf: (asked) => namesOf(connection, workspaceId, asked),
      next: async () => (await query<ContactRow>(connection, `fetch ${PAGE} from contacts`)).rows,
    });
    await query(connection, 'commit');
    return done;
  } catch (error) {
    await connection.query('rollback').catch(onError);
    throw error;
  } finally {
    connection.off('error', onError);
    connection.release(broken);
  }
}

async function namesIn(
  connection: PoolClient,
  { text, values }: ReturnType<typeof contactList>,
  most: number,
): Promise<readonly string[]> {
  const { rows } = await query<{ name: string }>(
    connection,
    `select distinct name from (${text}) listed, jsonb_object_keys(listed.attributes) name order by name limit ${most}`,
    values,
  );
  return rows.map(({ name }) => name);
}
