/** The tables beside the live ones as they are filled: from the record up to a vector, then after it. */
import type { PoolClient } from 'pg';
import type { ContactEventRow } from '#contracts/contact-event-record.js';
import type { Uuid } from '#contracts/ids.js';
import type { ReadModelName } from '#contracts/read-models.js';
import { CounterSums } from '#engine/projection/counters.js';
import { openEvent } from '#engine/projection/open-events.js';
import type { LaneProgress } from '#engine/projection/store.js';
import type { ContactKeys } from '#engine/sealing/sealing.js';
import { bind, type Statement } from '../../statement.js';
import { plainArray } from '../array-literal.js';
import { RangeFold, type Unreadable } from '../replay/range-fold.js';
import { HIGHEST, LOWEST, nextRange } from '../replay/ranges.js';
import { eventsBetween, eventsOf } from '../replay/stored-events.js';
import { insertInto, type Table, upsertInto } from '../table.js';
import { tablesIn } from '../tables.js';
import { ahead } from './ahead.js';
import { ContactRows, type Write, write } from './contact-rows.js';
import { eventsOfContacts, workspacesBetween } from './events.js';
import { NEXT } from './next-tables.js';
import { nextUnit } from './next-unit.js';

const TABLES = tablesIn(NEXT);
/** Into tables without keys yet, and into those that have them. */
const FIRST = { rules: insertInto(TABLES.ruleCounter), sources: insertInto(TABLES.sourceCounter) };
const MORE = { rules: upsertInto(TABLES.ruleCounter), sources: upsertInto(TABLES.sourceCounter) };
/** Contacts that are folded anew together. */
const TOGETHER = 200;
/** Events that are folded at once onto what is there. */
const AT_ONCE = 2_000;

export interface BuildingParts {
  /** Writes; all DDL is done here too. */
  readonly client: PoolClient;
  /** Reads while `client` writes. */
  readonly reader: PoolClient;
  readonly keys: ContactKeys;
  readonly models: ReadonlySet<ReadModelName>;
  readonly signal: AbortSignal;
}

type Stuck = ReadonlyMap<string, number>;

type Step =
  | { readonly kind: 'events'; readonly events: readonly ContactEventRow[] }
  | { readonly kind: 'end'; readonly contacts: number };

/** What the tables hold. */
export interface Standing {
  /** Up to where. */
  readonly vector: readonly LaneProgress[];
  /** By workspace the contacts that stood still in the live projection, and the version they stood before. */
  readonly stood: ReadonlyMap<Uuid, Stuck>;
}

export class Building {
  readonly unreadable: Unreadable[] = [];
  events = 0;
  at: Standing = { vector: [], stood: new Map() };

  constructor(private readonly parts: BuildingParts) {}

  /** All contacts of a workspace up to `at.vector`, into empty tables. `onContacts`: told how many more are done. */
  async fill(workspaceId: Uuid, onContacts: (count: number) => void): Promise<void> {
    const { client, models, keys, signal } = this.parts;
    const stuck = await this.#stuckOf(workspaceId);
    this.at = { ...this.at, stood: new Map([...this.at.stood, [workspaceId, stuck]]) };
    const sums = new CounterSums();
    let rows = new ContactRows(models, keys);
    let writing: Promise<void> = Promise.resolve();
    const then = async (writes: readonly Write[]): Promise<void> => {
      await writing;
      writing = write(client, writes);
      // Whoever waits for it next sees its failure.
      writing.catch(() => undefined);
    };
    for await (const step of ahead(this.#steps(workspaceId, this.at.vector))) {
      signal.throwIfAborted();
      if (step.kind === 'events') {
        const due = step.events.filter(before(stuck));
        this.#count(sums, due);
        await then(await rows.add(due));
        this.events += step.events.length;
      } else {
        await then(rows.rest());
        this.unreadable.push(...rows.unreadable);
        rows = new ContactRows(models, keys);
        onContacts(step.contacts);
      }
    }
    await writing;
    await this.#addCounts(client, FIRST, sums);
  }

  /** Range after range: its events in slices, then that it ends. */
  async *#steps(workspaceId: Uuid, vector: readonly LaneProgress[]): AsyncGenerator<Step> {
    const { reader } = this.parts;
    for (let after = LOWEST; after !== HIGHEST; ) {
      const range = await nextRange(reader, workspaceId, after);
      for await (const events of eventsOf(reader, range, vector)) yield { kind: 'events', events };
      yield { kind: 'end', contacts: range.contacts };
      after = range.upTo;
    }
  }

  /**
   * Goes on up to `to` by the events in between alone, as the live projection does; a contact that had stood still is folded anew
   * where it does so no longer. On `on`, in its transaction: when that is rolled back, `at` must be put back too.
   */
  async follow(to: readonly LaneProgress[], on: PoolClient): Promise<void> {
    const { vector: from, stood } = this.at;
    const nowStuck = new Map(stood);
    const touched = await workspacesBetween(on, from, to);
    for (const workspaceId of new Set([...touched, ...stood.keys()])) {
      const stuck = await this.#stuckOf(workspaceId);
      nowStuck.set(workspaceId, stuck);
      const freed = new Map([...(stood.get(workspaceId) ?? [])].filter(([id, version]) => stuck.get(id) !== version));
      const sums = new CounterSums();
      const between = await eventsBetween(on, workspaceId, from, to);
      const due = between.filter(before(stuck)).filter(({ contactId }) => !freed.has(contactId));
      this.#count(sums, due);
      await this.#goOn(on, due);
      await this.#anew(on, workspaceId, freed, { to, stuck, sums });
      await this.#addCounts(on, MORE, sums);
    }
    this.at = { vector: to, stood: nowStuck };
  }

  /** Onto the rows that are there. */
  async #goOn(on: PoolClient, events: readonly ContactEventRow[]): Promise<void> {
    const { models, keys } = this.parts;
    this.events += events.length;
    // Counters alone stand on no rows.
    if (!models.has('contact')) return;
    const broken = new Set(this.unreadable.map(({ contactId }) => contactId));
    const inOrder = events.filter(({ contactId }) => !broken.has(contactId)).sort(byContactAndVersion);
    const fold = new RangeFold(nextUnit(on, models), keys, false);
    for (let first = 0; first < inOrder.length; first += AT_ONCE) {
      this.parts.signal.throwIfAborted();
      await fold.add(inOrder.slice(first, first + AT_ONCE));
    }
    this.unreadable.push(...fold.unreadable);
  }

  /** From their first event on. `freed`: per contact the version that it had stood still before. */
  async #anew(
    on: PoolClient,
    workspaceId: Uuid,
    freed: Stuck,
    { to, stuck, sums }: { to: readonly LaneProgress[]; stuck: Stuck; sums: CounterSums },
  ): Promise<void> {
    const contactIds = [...freed.keys()] as Uuid[];
    for (let first = 0; first < contactIds.length; first += TOGETHER) {
      const some = contactIds.slice(first, first + TOGETHER);
      await this.#remove(on, workspaceId, some);
      const rows = new ContactRows(this.parts.models, this.parts.keys);
      for await (const events of eventsOfContacts(on, workspaceId, some, to)) {
        const due = events.filter(before(stuck));
        // Those before were counted when they came.
        this.#count(
          sums,
          due.filter(({ contactId, version }) => version >= (freed.get(contactId) ?? 0)),
        );
        await write(on, await rows.add(due));
        this.events += events.length;
      }
      await write(on, rows.rest());
      this.unreadable.push(...rows.unreadable);
    }
  }

  async #remove(on: PoolClient, workspaceId: Uuid, contactIds: readonly Uuid[]): Promise<void> {
    for (const name of contactTablesOf(this.parts.models))
      await on.query(`delete from ${NEXT}.${name} where workspace_id = $1 and contact_id = any ($2::uuid[])`, [
        workspaceId,
        plainArray(contactIds),
      ]);
  }

  #count(sums: CounterSums, events: readonly ContactEventRow[]): void {
    if (!this.parts.models.has('rule_counter') && !this.parts.models.has('source_counter')) return;
    for (const event of events) sums.add(openEvent(event, null));
  }

  async #addCounts(on: PoolClient, by: typeof FIRST, { rules, sources }: CounterSums): Promise<void> {
    const { models } = this.parts;
    if (models.has('rule_counter')) await add(on, by.rules, TABLES.ruleCounter, rules);
    if (models.has('source_counter')) await add(on, by.sources, TABLES.sourceCounter, sources);
  }

  /** Contacts that stand still in the live projection stand still here, before the same event. */
  async #stuckOf(workspaceId: Uuid): Promise<Stuck> {
    const { rows } = await this.parts.reader.query<{ contactId: Uuid; version: number }>(
      'select contact_id as "contactId", version from engine.projection_stuck where workspace_id = $1',
      [workspaceId],
    );
    return new Map(rows.map(({ contactId, version }) => [contactId, version]));
  }
}

/** Tables of these models that hold rows of contacts. */
export function contactTablesOf(models: ReadonlySet<ReadModelName>): readonly string[] {
  return tableNames(models).filter((name) => !name.endsWith('_counter'));
}

/** `contact_tag` and `contact_search` go with `contact`. */
export function tableNames(models: ReadonlySet<ReadModelName>): readonly string[] {
  return [...models]
    .flatMap((model) => (model === 'contact' ? ['contact', 'contact_tag', 'contact_search'] : [model]))
    .sort();
}

function byContactAndVersion(a: ContactEventRow, b: ContactEventRow): number {
  if (a.contactId === b.contactId) return a.version - b.version;
  return a.contactId < b.contactId ? -1 : 1;
}

function before(stuck: Stuck): (event: ContactEventRow) => boolean {
  return ({ contactId, version }) => version < (stuck.get(contactId) ?? Number.POSITIVE_INFINITY);
}

async function add<Row>(on: PoolClient, by: Statement, into: Table<Row>, rows: readonly Row[]): Promise<void> {
  if (rows.length > 0) await on.query(bind(by, into.values(rows)));
}
