/** The record in Postgres, read back contact by contact. */
import type { Pool } from 'pg';
import type { ContactEventRow } from '#contracts/contact-event-record.js';
import type { Uuid } from '#contracts/ids.js';
import type { RecordReader, StoredState } from '#engine/decision/record-reader.js';
import type { ContactRef } from '#engine/decision/store.js';
import { bind, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';
import { EVENT_COLUMNS, type EventRow } from './rows.js';

// A loose scan over the primary key: one look-up a contact, however long its history is.
const CONTACTS = statement(
  'engine.event.contacts',
  `with recursive contact as (
  (select contact_id from engine.event where workspace_id = $1 and ($2::uuid is null or contact_id > $2)
   order by contact_id limit 1)
  union all
  select (select e.contact_id from engine.event e
    where e.workspace_id = $1 and e.contact_id > c.contact_id order by e.contact_id limit 1)
  from contact c where c.contact_id is not null
), stated as (
  select contact_id from engine.contact_state
  where workspace_id = $1 and ($2::uuid is null or contact_id > $2) order by contact_id limit $3
)
select contact_id as "contactId" from (
  (select contact_id from contact where contact_id is not null limit $3) union select contact_id from stated
) known order by contact_id limit $3`,
);
const STATE = statement(
  'engine.contact_state.one',
  `select workspace_id as "workspaceId", contact_id as "contactId", version, recorded_at as "recordedAt", sealed
from engine.contact_state where workspace_id = $1 and contact_id = $2`,
);
const KEY = statement(
  'sealing.contact_key.one',
  'select wrapped from sealing.contact_key where workspace_id = $1 and contact_id = $2',
);
const EVENTS = statement(
  'engine.event.of_contact',
  `select ${EVENT_COLUMNS} from engine.event e
where e.workspace_id = $1 and e.contact_id = $2 and e.version between $3 and $4 order by e.version limit $5`,
);
const REMOVE = statement(
  'engine.contact_state.remove',
  'delete from engine.contact_state where workspace_id = $1 and contact_id = $2 and version = $3',
);
const ADD = statement(
  'engine.contact_state.add',
  `insert into engine.contact_state (workspace_id, contact_id, version, recorded_at, sealed)
values ($1, $2, $3, to_timestamp($4::float8 / 1000), $5) on conflict do nothing`,
);

const INT4_MAX = 2_147_483_647;

export class PostgresRecordReader implements RecordReader {
  constructor(private readonly pool: Pool) {}

  async contacts(workspaceId: Uuid, after: Uuid | null, limit: number): Promise<readonly Uuid[]> {
    const { rows } = await query<{ contactId: Uuid }>(this.pool, bind(CONTACTS, [workspaceId, after, limit]));
    return rows.map((row) => row.contactId);
  }

  async state({ workspaceId, contactId }: ContactRef): Promise<StoredState | null> {
    const { rows } = await query<StoredState & Record<string, unknown>>(
      this.pool,
      bind(STATE, [workspaceId, contactId]),
    );
    return rows[0] ?? null;
  }

  async wrappedKey({ workspaceId, contactId }: ContactRef): Promise<Buffer | null> {
    const { rows } = await query<{ wrapped: Buffer }>(this.pool, bind(KEY, [workspaceId, contactId]));
    return rows[0]?.wrapped ?? null;
  }

  async events(contact: ContactRef, from: number, to: number, limit: number): Promise<readonly ContactEventRow[]> {
    const versions = [from, Math.min(to, INT4_MAX)];
    const values = [contact.workspaceId, contact.contactId, ...versions, limit];
    return (await query<EventRow>(this.pool, bind(EVENTS, values))).rows;
  }

  replaceState(state: StoredState, before: number | null): Promise<boolean> {
    const { workspaceId, contactId, version, recordedAt, sealed } = state;
    return inTransaction(this.pool, async (tx) => {
      if (before !== null && (await query(tx, bind(REMOVE, [workspaceId, contactId, before]))).rowCount === 0)
        return false;
      const { rowCount } = await query(tx, bind(ADD, [workspaceId, contactId, version, recordedAt, sealed]));
      return rowCount === 1;
    });
  }
}
