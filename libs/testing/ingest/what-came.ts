/** What a running ingest made of requests, by workspace: read from the log, the event store and the tables of deliveries. */
import type { ContactEventRow } from '#contracts/contact-event-record.js';
import type { Engagement } from '#contracts/engagement.js';
import { deriveId, type Uuid } from '#contracts/ids.js';
import type { EngagementInput, EngagementPii } from '#contracts/inputs.js';
import { openEvent } from '#engine/decision/event-codec.js';
import { contactOwner } from '#engine/sealing/owners.js';
import type { RunningIngest } from './running-ingest.js';

/** An engagement on record with its place in its delivery. */
export interface Came {
  readonly engagement: Engagement;
  readonly deliveryId: Uuid;
  /** Element of the body. */
  readonly index: number;
  readonly keys: readonly Uuid[];
  readonly inputId: Uuid;
  readonly subject: Uuid;
}

export interface CameToWorkspace {
  /** Appended to the log, in the order of the bodies. */
  readonly came: readonly Came[];
  /** On record for a contact (applied, or found too late), in the order of the bodies. */
  readonly applied: readonly Came[];
  readonly quarantined: readonly { readonly element: number | null; readonly reason: string }[];
  /** Outcomes of the requests that were kept, in the order of their coming. */
  readonly outcomes: readonly string[];
}

const NOTHING: CameToWorkspace = { came: [], applied: [], quarantined: [], outcomes: [] };
const MOST_IN_A_DELIVERY = 2_000;

export async function whatCame(ingest: RunningIngest): Promise<(workspaceId: Uuid) => CameToWorkspace> {
  const [came, applied, quarantined, outcomes] = await Promise.all([
    appended(ingest),
    recorded(ingest),
    rowsOf<{ workspaceId: Uuid; element: number | null; reason: string }>(
      ingest,
      'select workspace_id as "workspaceId", element, reason from deliveries.quarantine order by id',
    ),
    rowsOf<{ workspaceId: Uuid; outcome: string }>(
      ingest,
      'select workspace_id as "workspaceId", outcome from deliveries.delivery order by received_at, id',
    ),
  ]);
  const all = new Map<Uuid, CameToWorkspace>();
  const add = (workspaceId: Uuid, more: Partial<CameToWorkspace>): void => {
    all.set(workspaceId, { ...(all.get(workspaceId) ?? NOTHING), ...more });
  };
  for (const [id, part] of Map.groupBy(came, workspaceOf)) add(id, { came: inOrder(part) });
  for (const [id, part] of Map.groupBy(applied, workspaceOf)) add(id, { applied: inOrder(part) });
  for (const [id, part] of Map.groupBy(quarantined, workspaceOf)) add(id, { quarantined: part });
  for (const [id, part] of Map.groupBy(outcomes, workspaceOf))
    add(id, { outcomes: part.map(({ outcome }) => outcome) });
  return (workspaceId) => all.get(workspaceId) ?? NOTHING;
}

type Owned = { readonly workspaceId: Uuid };
const workspaceOf = ({ workspaceId }: Owned): Uuid => workspaceId;

async function rowsOf<Row extends Owned>({ pool }: RunningIngest, sql: string): Promise<readonly Row[]> {
  return (await pool.query<Row>(sql)).rows;
}

async function appended(ingest: RunningIngest): Promise<readonly (Came & Owned)[]> {
  const rows = await rowsOf<Owned & { id: Uuid; key: Uuid; at: number; data: EngagementInput['data']; sealed: Buffer }>(
    ingest,
    `select workspace_id as "workspaceId", id, key, at, data, sealed from log.record where type = 'engagement'`,
  );
  return Promise.all(
    rows.map(async ({ workspaceId, id, key, at, data, sealed }) => {
      const pii = (await ingest.keys.daily(workspaceId, at, 'engagements')).open(
        sealed,
        id,
      ) as unknown as EngagementPii;
      return { workspaceId, ...cameOf(id, key, data, pii) };
    }),
  );
}

async function recorded(ingest: RunningIngest): Promise<readonly (Came & Owned)[]> {
  const rows = await rowsOf<ContactEventRow & { wrapped: Buffer }>(
    ingest,
    `select e.id, e.workspace_id as "workspaceId", e.contact_id as "contactId", e.version, e.type, e.v,
       e.causation_id as "causationId", e.data, e.pii, k.wrapped
     from engine.event e join sealing.contact_key k using (workspace_id, contact_id)
     where e.type in ('engagement_recorded', 'engagement_too_late')`,
  );
  return rows.map(({ wrapped, ...row }) => {
    const { workspaceId, contactId, causationId } = row;
    const event = openEvent(row, ingest.master.unwrap(wrapped, contactOwner(workspaceId, contactId)));
    const { counted: _, ...pii } = event.pii as EngagementPii & { counted?: readonly string[] };
    return { workspaceId, ...cameOf(causationId, contactId, event.data as EngagementInput['data'], pii) };
  });
}

function cameOf(inputId: Uuid, subject: Uuid, data: EngagementInput['data'], pii: EngagementPii): Came {
  const { identity: _, ...rest } = pii;
  const { engagement: type, occurredAt, actor, actorDerived, scope, ambiguous, deliveryId, keys } = data;
  const engagement = {
    ...rest,
    type,
    occurredAt: occurredAt === null ? null : new Date(occurredAt).toISOString(),
    ...(actor === undefined ? {} : { actor }),
    ...(actorDerived === undefined ? {} : { actorDerived }),
    ...(scope === undefined ? {} : { scope }),
    ...(ambiguous === undefined ? {} : { ambiguous }),
  };
  return { engagement, deliveryId, index: data.index, keys, inputId, subject };
}

function inOrder(came: readonly Came[]): readonly Came[] {
  return came.toSorted((a, b) => {
    if (a.deliveryId !== b.deliveryId) return a.deliveryId < b.deliveryId ? -1 : 1;
    return a.index - b.index || ordinalOf(a) - ordinalOf(b);
  });
}

/** The id of an input is made of its place among the delivery's engagements, so the place is found by trying. */
function ordinalOf({ inputId, deliveryId, subject }: Came): number {
  for (let ordinal = 0; ordinal < MOST_IN_A_DELIVERY; ordinal += 1)
    if (deriveId('engagement', deliveryId, ordinal, subject) === inputId) return ordinal;
  throw new Error(`input ${inputId} is of no place in delivery ${deliveryId}`);
}
