/** One transaction on the read models: a ProjectionUnit on Postgres. Bulk statements, in key order, few round trips. */
import type { PoolClient } from 'pg';
import { type ContactRef, type EffectRef } from '#engine/projection/keys.js';
import type {
  FedChange,
  LaneProgress,
  Loaded,
  Needs,
  ProjectionUnit,
  ReadChanges,
  StuckEvent,
} from '#engine/projection/store.js';
import { appendChanges } from '../feed/append.js';
import { bind, type Statement, statement } from '../statement.js';
import { plainArray } from './array-literal.js';
import { type ProjectionStatements, statementsOn } from './statements.js';
import type { Table } from './table.js';
import { READ, type ReadTables } from './tables.js';

const STUCK = statement(
  'read.stuck.load',
  `select t.workspace_id as "workspaceId", t.contact_id as "contactId"
from engine.projection_stuck t
join unnest($1::uuid[], $2::uuid[]) as k(workspace_id, contact_id)
  on k.workspace_id = t.workspace_id and k.contact_id = t.contact_id`,
);

const SET_ASIDE = statement(
  'read.stuck.set_aside',
  `insert into engine.projection_stuck (workspace_id, contact_id, version, event_id, error)
values ($1, $2, $3, $4, $5)
on conflict (workspace_id, contact_id) do nothing`,
);

const REACH = statement(
  'read.vector.reach',
  `insert into engine.projection_vector as v (lane, next)
select lane, next from unnest($1::integer[], $2::bigint[]) as r(lane, next)
on conflict (lane) do update set next = greatest(v.next, excluded.next)`,
);

export const READ_STATEMENTS = statementsOn(READ);

export class PostgresProjectionUnit implements ProjectionUnit {
  constructor(
    private readonly tx: PoolClient,
    private readonly tables: ReadTables = READ,
    private readonly on: ProjectionStatements = READ_STATEMENTS,
    /** False for a replay: it tries again what was set aside. */
    private readonly heedsStuck = true,
  ) {}

  async load(needs: Needs): Promise<Loaded> {
    const { load } = this.on;
    return {
      contacts: await this.#load(load.contacts, contactKeys(needs.contacts)),
      stuck: this.heedsStuck ? await this.#load(STUCK, contactKeys(needs.contacts)) : [],
      suppressions: await this.#load(load.suppressions, contactKeys(needs.suppressionsOf)),
      effects: await this.#load(load.effects, effectKeys(needs.effects)),
      notifications: await this.#load(load.notifications, effectKeys(needs.notifications)),
    };
  }

  async save(changes: ReadChanges): Promise<void> {
    const { tables, on } = this;
    await this.clear(changes.erased);
    await this.#write(on.upsert.contact, tables.contact, changes.contacts);
    if (changes.tagsRemoved.length > 0)
      await this.tx.query(bind(on.removeTags, tables.contactTag.keys(changes.tagsRemoved)));
    await this.#write(on.upsert.contactTag, tables.contactTag, changes.tagsAdded);
    await this.#write(on.upsert.contactSearch, tables.contactSearch, changes.searches);
    await this.#write(on.insertTimeline, tables.timeline, changes.timeline);
    await this.#write(on.upsert.enrollment, tables.enrollment, changes.enrollments);
    if (changes.exits.length > 0) {
      const of = [changes.exits.map((one) => one.workspaceId), changes.exits.map((one) => one.enrollmentId)];
      await this.tx.query(bind(on.exitEnrollments, of.map(plainArray)));
    }
    await this.#write(on.upsert.suppression, tables.suppression, changes.suppressions);
    await this.#write(on.upsert.effect, tables.effect, changes.effects);
    await this.#write(on.upsert.notification, tables.notification, changes.notifications);
    await this.addCounts(changes);
  }

  async addCounts({ ruleCounts, sourceCounts }: Pick<ReadChanges, 'ruleCounts' | 'sourceCounts'>): Promise<void> {
    await this.#write(this.on.upsert.ruleCounter, this.tables.ruleCounter, ruleCounts);
    await this.#write(this.on.upsert.sourceCounter, this.tables.sourceCounter, sourceCounts);
  }

  /** Clears the personal columns of these contacts' rows, but for the contact, its tags and what it is found by. */
  async clear(contacts: readonly ContactRef[]): Promise<void> {
    if (contacts.length === 0) return;
    const values = [plainArray(contacts.map((of) => of.workspaceId)), plainArray(contacts.map((of) => of.contactId))];
    for (const clear of Object.values(this.on.clear)) await this.tx.query(bind(clear, values));
  }

  async feed(changes: readonly FedChange[]): Promise<void> {
    await appendChanges(this.tx, changes);
  }

  async reach(progress: readonly LaneProgress[]): Promise<void> {
    const lanes = plainArray(progress.map(({ lane }) => lane));
    await this.tx.query(bind(REACH, [lanes, plainArray(progress.map(({ next }) => next))]));
  }

  async setAside({ workspaceId, contactId, version, eventId, error }: StuckEvent): Promise<void> {
    await this.tx.query(bind(SET_ASIDE, [workspaceId, contactId, version, eventId, error]));
  }

  async #load<Row extends object>(of: Statement, keys: readonly [string, string][]): Promise<Row[]> {
    if (keys.length === 0) return [];
    const values = [plainArray(keys.map(([workspaceId]) => workspaceId)), plainArray(keys.map(([, id]) => id))];
    return (await this.tx.query<Row>(bind(of, values))).rows;
  }

  async #write<Row>(by: Statement, into: Table<Row>, rows: readonly Row[]): Promise<void> {
    if (rows.length > 0) await this.tx.query(bind(by, into.values(rows)));
  }
}

function contactKeys(refs: readonly ContactRef[]): [string, string][] {
  return refs.map((ref) => [ref.workspaceId, ref.contactId]);
}

function effectKeys(refs: readonly EffectRef[]): [string, string][] {
  return refs.map((ref) => [ref.workspaceId, ref.effectId]);
}
