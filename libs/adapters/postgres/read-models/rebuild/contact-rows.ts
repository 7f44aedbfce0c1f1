/** Rows of whole contacts: their events folded in memory, written once to the tables beside the live ones. */
import type { PoolClient } from 'pg';
import type { ContactEventRow } from '#contracts/contact-event-record.js';
import type { ReadModelName } from '#contracts/read-models.js';
import { MemoryProjectionStore } from '#engine/projection/memory-store.js';
import { searchOf } from '#engine/projection/search.js';
import { tagChanges } from '#engine/projection/tags.js';
import type { ContactKeys } from '#engine/sealing/sealing.js';
import { bind, type Statement } from '../../statement.js';
import { RangeFold, type Unreadable } from '../replay/range-fold.js';
import { insertInto, type Table } from '../table.js';
import { type ReadTables, tablesIn } from '../tables.js';
import { NEXT } from './next-tables.js';

const TABLES = tablesIn(NEXT);

type OfContacts = Exclude<keyof ReadTables, 'ruleCounter' | 'sourceCounter'>;

const INSERT: Readonly<Record<OfContacts, Statement>> = {
  contact: insertInto(TABLES.contact),
  contactTag: insertInto(TABLES.contactTag),
  contactSearch: insertInto(TABLES.contactSearch),
  timeline: insertInto(TABLES.timeline),
  enrollment: insertInto(TABLES.enrollment),
  suppression: insertInto(TABLES.suppression),
  effect: insertInto(TABLES.effect),
  notification: insertInto(TABLES.notification),
};

/** One statement with its parameters. */
export interface Write {
  readonly by: Statement;
  readonly values: (string | Buffer)[];
}

/** Folds some contacts from their first event on. Each contact's events come in version order, all of them here. */
export class ContactRows {
  readonly #store = new MemoryProjectionStore();
  readonly #fold: RangeFold;

  constructor(
    private readonly models: ReadonlySet<ReadModelName>,
    keys: ContactKeys,
  ) {
    const store = this.#store;
    const unit = {
      load: async (needs: Parameters<typeof store.load>[0]) => store.load(needs),
      save: async (changes: Parameters<typeof store.save>[0]) => store.save(changes),
      feed: async () => undefined,
      reach: async () => undefined,
      setAside: async () => undefined,
    };
    this.#fold = new RangeFold(unit, keys, false);
  }

  get unreadable(): readonly Unreadable[] {
    return this.#fold.unreadable;
  }

  /** Timeline rows are written as they come: a contact may have more events than memory holds. */
  async add(events: readonly ContactEventRow[]): Promise<readonly Write[]> {
    await this.#fold.add(events);
    const rows = [...this.#store.timeline.values()];
    this.#store.timeline.clear();
    return this.#of('timeline', 'timeline', rows);
  }

  /** What the contacts have come to. */
  rest(): readonly Write[] {
    const { contacts, enrollments, suppressions, effects, notifications } = this.#store;
    const rows = [...contacts.values()];
    const tags = tagChanges(rows.map((contact) => ({ loaded: null, contact }))).tagsAdded;
    return [
      ...this.#of('contact', 'contact', rows),
      ...this.#of('contact', 'contactTag', tags),
      ...this.#of('contact', 'contactSearch', rows.map(searchOf)),
      ...this.#of('enrollment', 'enrollment', [...enrollments.values()]),
      ...this.#of('suppression', 'suppression', [...suppressions.values()]),
      ...this.#of('effect', 'effect', [...effects.values()]),
      ...this.#of('notification', 'notification', [...notifications.values()]),
    ];
  }

  #of<Name extends OfContacts>(model: ReadModelName, name: Name, rows: readonly RowOf<ReadTables[Name]>[]): Write[] {
    if (rows.length === 0 || !this.models.has(model)) return [];
    const table = TABLES[name] as unknown as Table<RowOf<ReadTables[Name]>>;
    return [{ by: INSERT[name], values: table.values(rows) }];
  }
}

type RowOf<T> = T extends Table<infer Row> ? Row : never;

export async function write(client: PoolClient, writes: readonly Write[]): Promise<void> {
  for (const { by, values } of writes) await client.query(bind(by, values));
}
