/** Reads of the deciding transaction: contacts with key and state, de-duplication keys, histories, parked inputs. */
import type { PoolClient } from 'pg';
import { ENGAGEMENT_EVENTS } from '#contracts/contact-events.js';
import type { Uuid } from '#contracts/ids.js';
import type { JsonObject } from '#contracts/json.js';
import type { ContactRef, Loaded, LoadedContact, ParkedInput, SealedEvent, SeenKey } from '#engine/decision/store.js';
import { plainArray } from '../read-models/array-literal.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';
import { heldAmong } from './held.js';
import { EVENT_COLUMNS, type EventRow } from './rows.js';
import { loadSeen } from './seen.js';

// `limit 1` keeps each look-up a look-up: whatever the statistics say, no table is read whole.
const CONTACTS = statement(
  'engine.contact_state.load',
  `select (u.n - 1)::int as n, k.wrapped, s.version, s.sealed, p.parked is not null as parked
from unnest($1::uuid[], $2::uuid[]) with ordinality as u(workspace_id, contact_id, n)
left join lateral (
  select wrapped from sealing.contact_key k
  where k.workspace_id = u.workspace_id and k.contact_id = u.contact_id limit 1
) k on true
left join lateral (
  select version, sealed from engine.contact_state s
  where s.workspace_id = u.workspace_id and s.contact_id = u.contact_id limit 1
) s on true
left join lateral (
  select true as parked from engine.parked p
  where p.workspace_id = u.workspace_id and p.contact_id = u.contact_id and p.state = 'parked' limit 1
) p on true`,
);
const ENGAGEMENTS = statement(
  'engine.event.engagements',
  `select e.* from unnest($1::uuid[], $2::uuid[], $3::int[]) as u(workspace_id, contact_id, above)
cross join lateral (
  select ${EVENT_COLUMNS} from engine.event e
  where e.workspace_id = u.workspace_id and e.contact_id = u.contact_id and e.version > u.above
    and e.type in (${ENGAGEMENT_EVENTS.map((type) => `'${type}'`).join(', ')})
  order by e.version limit $4
) e`,
);
// A contact's inputs stand in one partition of a generation; g10 comes after g9.
const PARKED = statement(
  'engine.parked.of_contact',
  `select topic, partition, position, workspace_id as "workspaceId", contact_id as "contactId", id, type, v, at, data, sealed,
  reason, error_sealed as "errorSealed"
from engine.parked where workspace_id = $1 and contact_id = $2 and state = 'parked'
order by length(topic), topic, position limit $3`,
);

interface ContactRow {
  readonly n: number;
  readonly wrapped: Buffer | null;
  readonly version: number | null;
  readonly sealed: Buffer | null;
  readonly parked: boolean;
}

/** Contacts and seen keys; both must come in key order. */
export async function load(tx: PoolClient, contacts: readonly ContactRef[], seen: readonly SeenKey[]): Promise<Loaded> {
  const workspaces = [...new Set(contacts.map(({ workspaceId }) => workspaceId))];
  const held = workspaces.length === 0 ? new Set<Uuid>() : await heldAmong(tx, workspaces);
  return { contacts: await loadContacts(tx, contacts), seen: await loadSeen(tx, seen), held };
}

async function loadContacts(tx: PoolClient, contacts: readonly ContactRef[]): Promise<readonly LoadedContact[]> {
  if (contacts.length === 0) return [];
  const { rows } = await query<ContactRow & Record<string, unknown>>(tx, bind(CONTACTS, refs(contacts)));
  return rows.map(({ n, wrapped, version, sealed, parked }) => {
    const { workspaceId, contactId } = contacts[n] as ContactRef;
    const state = version === null || sealed === null ? null : { version, sealed };
    return { workspaceId, contactId, wrappedKey: wrapped, state, parked };
  });
}

/** Of a contact: a statement must end within its time limit however long a history is. */
const EVENTS_AT_ONCE = 1_000;

/** Events of ENGAGEMENT_EVENTS, each contact's in version order. */
export async function loadEngagements(
  tx: PoolClient,
  contacts: readonly ContactRef[],
  atOnce = EVENTS_AT_ONCE,
): Promise<readonly SealedEvent[]> {
  const events: EventRow[] = [];
  let left = contacts.map((contact) => ({ ...contact, above: 0 }));
  while (left.length > 0) {
    const values = [...refs(left), plainArray(left.map(({ above }) => above)), atOnce];
    const { rows } = await query<EventRow>(tx, bind(ENGAGEMENTS, values));
    for (const row of rows) events.push(row);
    const byContact = Map.groupBy(rows, (row) => row.workspaceId + row.contactId);
    left = left.flatMap(({ workspaceId, contactId }) => {
      const read = byContact.get(workspaceId + contactId) ?? [];
      return read.length < atOnce ? [] : [{ workspaceId, contactId, above: read.at(-1)?.version ?? 0 }];
    });
  }
  return events;
}

interface ParkedRow extends Omit<ParkedInput, 'data'>, Record<string, unknown> {
  readonly data: JsonObject;
}

export async function loadParked(
  tx: PoolClient,
  { workspaceId, contactId }: ContactRef,
  limit: number,
): Promise<readonly ParkedInput[]> {
  return (await query<ParkedRow>(tx, bind(PARKED, [workspaceId, contactId, limit]))).rows;
}

function refs(contacts: readonly ContactRef[]): [string, string] {
  return [
    plainArray(contacts.map((contact): Uuid => contact.workspaceId)),
    plainArray(contacts.map((contact): Uuid => contact.contactId)),
  ];
}
