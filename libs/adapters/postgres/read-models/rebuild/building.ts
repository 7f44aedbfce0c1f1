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
import type { Unreadable } from '../replay/range-fold.js';
import { HIGHEST, LOWEST, nextRange } from '../replay/ranges.js';
import { eventsBetween, eventsOf } from '../replay/stored-events.js';
import { insertInto, type Table, upsertInto } from '../table.js';
import { tablesIn } from '../tables.js';
import { ahead } from './ahead.js';
import { ContactRows, type Write, write } from './contact-rows.js';
import { eventsOfContacts, touchedBetween } from './events.js';
import { NEXT } from './next-tables.js';

const TABLES = tablesIn(NEXT);
/** Into tables without keys yet, and into those that have them. */
const FIRST = { rules: insertInto(TABLES.ruleCounter), sources: insertInto(TABLES.sourceCounter) };
const MORE = { rules: upsertInto(TABLES.ruleCounter), sources: upsertInto(TABLES.sourceCounter) };
const TOGETHER = 200;

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

export class Building {
  readonly unreadable: Unreadable[] = [];
  events = 0;

  constructor(private readonly parts: BuildingParts) {}

  /** All contacts of a workspace up to the vector, into empty tables. `onContacts`: told how many more are done. */
  async fill(workspaceId: Uuid, vector: readonly LaneProgress[], onContacts: (count: number) => void): Promise<void> {
    const { client, models, keys, signal } = this.parts;
    const stuck = await this.#stuckOf(workspaceId);
    const sums = new CounterSums();
    let rows = new ContactRows(models, keys);
    let writing: Promise<void> = Promise.resolve();
    const then = async (writes: readonly Write[]): Promise<void> => {
      await writing;
      writing = write(client, writes);
      // Whoever waits for it next sees its failure.
      writing.catch(() => undefined);
    };
    for await (const step of ahead(this.#steps(workspaceId, vector))) {
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

  /** Contacts with events after `from` are folded anew up to `to`; counters take what lies in between. On `on`, in its transaction. */
  async follow(from: readonly LaneProgress[], to: readonly LaneProgress[], on: PoolClient): Promise<void> {
    for (const [workspaceId, contactIds] of await touchedBetween(on, from, to)) {
      const stuck = await this.#stuckOf(workspaceId);
      const sums = new CounterSums();
      this.#count(sums, (await eventsBetween(on, workspaceId, from, to)).filter(before(stuck)));
      await this.#addCounts(on, MORE, sums);
      for (let first = 0; first < contactIds.length; first += TOGETHER) {
        const some = contactIds.slice(first, first + TOGETHER);
        await this.#remove(on, workspaceId, some);
        const rows = new ContactRows(this.parts.models, this.parts.keys);
        for await (const events of eventsOfContacts(on, workspaceId, some, to)) {
          await write(on, await rows.add(events.filter(before(stuck))));
          this.events += events.length;
        }
        await write(on, rows.rest());
        this.unreadable.push(...rows.unreadable);
      }
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

function before(stuck: Stuck): (event: ContactEventRow) => boolean {
  return ({ contactId, version }) => version < (stuck.get(contactId) ?? Number.POSITIVE_INFINITY);
}

async function add<Row>(on: PoolClient, by: Statement, into: Table<Row>, rows: readonly Row[]): Promise<void> {
  if (rows.length > 0) await on.query(bind(by, into.values(rows)));
}
