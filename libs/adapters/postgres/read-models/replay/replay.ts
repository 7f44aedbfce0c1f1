/**
 * Replay of a workspace's read models from the record, up to where the live projection has read (engine.md 4.7): in place, contact by
 * contact while reads and the live projection go on, or beside them to verify that they are what the events give, to the byte.
 */
import type { Pool, PoolClient } from 'pg';
import type { ContactEventRow } from '#contracts/contact-event-record.js';
import type { Uuid } from '#contracts/ids.js';
import { CounterSums } from '#engine/projection/counters.js';
import { openEvent } from '#engine/projection/open-events.js';
import type { LaneProgress } from '#engine/projection/store.js';
import type { ContactKeys } from '#engine/sealing/sealing.js';
import { type Freed, feedReplayed } from '../../feed/renewed.js';
import { bind, statement } from '../../statement.js';
import { statementsOn } from '../statements.js';
import { lockOut } from '../store.js';
import { READ, tablesIn } from '../tables.js';
import { PostgresProjectionUnit, READ_STATEMENTS } from '../unit.js';
import { onOneConnection, transaction } from './connection.js';
import {
  compareContacts,
  compareCounters,
  type Difference,
  type Differences,
  emptyCopies,
  makeCopies,
  moveCountersToCopies,
  moveToCopies,
} from './copies.js';
import { RangeFold, type Unreadable } from './range-fold.js';
import { type ContactRange, HIGHEST, LOWEST, nextRange } from './ranges.js';
import { eventsBetween, eventsOf, vectorOf } from './stored-events.js';

export interface ReplayOptions {
  readonly workspaceId: Uuid;
  /** Builds beside the read models, compares and leaves them alone. Default: replaces their rows. */
  readonly verify?: boolean;
  /** Told after each range of contacts. */
  readonly onProgress?: (progress: ReplayProgress) => void;
  /** Ends the replay between two ranges; what was replaced stays so. */
  readonly signal?: AbortSignal;
}

export interface ReplayProgress {
  readonly contacts: number;
  readonly events: number;
  readonly totalContacts: number;
}

export interface ReplayReport extends ReplayProgress {
  /** Rows that were not what the events give: left so by a verification, put right by a replay. */
  readonly differenceCount: number;
  /** The first 100 of them. */
  readonly differences: readonly Difference[];
  /** Events that cannot be opened; their contacts stand still before them. */
  readonly unreadable: readonly Unreadable[];
}

const SHOWN = 100;

const TOTAL = statement(
  'read.replay.total',
  'select count(*) as total from engine.contact_state where workspace_id = $1',
);
const FORGET_STUCK = statement(
  'read.replay.forget_stuck',
  `delete from engine.projection_stuck where workspace_id = $1 and contact_id > $2 and contact_id <= $3
returning contact_id as "contactId", version`,
);
const STUCK = statement(
  'read.replay.stuck',
  'select contact_id as "contactId", version from engine.projection_stuck where workspace_id = $1',
);

/**
 * Rejects with StopPartitionError on an event this process does not know, WorldError when the database is away, and the signal's
 * reason when it was aborted.
 */
export function replayReadModels(pool: Pool, keys: ContactKeys, options: ReplayOptions): Promise<ReplayReport> {
  return onOneConnection(pool, async (client) => {
    await makeCopies(client);
    const replay = new Replay(client, keys, options);
    return options.verify ? replay.verify() : replay.inPlace();
  });
}

class Replay {
  #contacts = 0;
  #events = 0;
  #totalContacts = 0;
  #differenceCount = 0;
  readonly #differences: Difference[] = [];
  readonly #unreadable: Unreadable[] = [];

  constructor(
    private readonly client: PoolClient,
    private readonly keys: ContactKeys,
    private readonly options: ReplayOptions,
  ) {}

  /** One snapshot of everything: nothing is locked, and what is written meanwhile is not seen. */
  async verify(): Promise<ReplayReport> {
    const { client } = this;
    const copies = tablesIn('pg_temp');
    const unit = new PostgresProjectionUnit(client, copies, statementsOn(copies), false);
    await transaction(client, 'repeatable read', async () => {
      await this.#begin();
      const vector = await vectorOf(client);
      await this.#eachRange(async (range) => {
        await this.#fold(range, vector, unit, true);
        this.#found(await compareContacts(client, range, 'copy'));
        await emptyCopies(client);
      });
      this.#found(await compareCounters(client, this.options.workspaceId, 'copy'));
    });
    return this.#report();
  }

  /** A transaction a range, with the live projection locked out of it; then the counters, which belong to no contact. */
  async inPlace(): Promise<ReplayReport> {
    const { client } = this;
    const unit = new PostgresProjectionUnit(client, READ, READ_STATEMENTS, false);
    await this.#begin();
    await this.#eachRange((range) =>
      transaction(client, 'read committed', async () => {
        await lockOut(client);
        const freed = await client.query<Freed>(bind(FORGET_STUCK, [range.workspaceId, range.after, range.upTo]));
        await moveToCopies(client, range);
        const unreadable = await this.#fold(range, await vectorOf(client), unit, false);
        for (const event of unreadable) await unit.setAside(event);
        this.#found(await compareContacts(client, range, 'read'));
        await feedReplayed(client, range, freed.rows);
        await emptyCopies(client);
      }),
    );
    await this.#counters(unit);
    return this.#report();
  }

  async #fold(
    range: ContactRange,
    vector: readonly LaneProgress[],
    unit: PostgresProjectionUnit,
    counting: boolean,
  ): Promise<readonly Unreadable[]> {
    const fold = new RangeFold(unit, this.keys, counting);
    for await (const events of eventsOf(this.client, range, vector)) {
      await fold.add(events);
      this.#events += events.length;
    }
    this.#unreadable.push(...fold.unreadable);
    return fold.unreadable;
  }

  /** Counts without holding anyone up, then what came in since, with the live projection locked out, and puts the sums in place. */
  async #counters(unit: PostgresProjectionUnit): Promise<void> {
    const { client } = this;
    const { workspaceId } = this.options;
    const sums = new CounterSums();
    const first = await vectorOf(client);
    const stuck = await this.#stuckAt();
    const add = (rows: readonly ContactEventRow[]) => {
      for (const row of rows)
        if (row.version < (stuck.get(row.contactId) ?? Number.POSITIVE_INFINITY)) sums.add(openEvent(row, null));
    };
    const everyone = { workspaceId, after: LOWEST, upTo: HIGHEST };
    for await (const events of eventsOf(client, everyone, first)) {
      this.options.signal?.throwIfAborted();
      add(events);
    }
    await transaction(client, 'read committed', async () => {
      await lockOut(client);
      add(await eventsBetween(client, workspaceId, first, await vectorOf(client)));
      await moveCountersToCopies(client, workspaceId);
      await unit.addCounts({ ruleCounts: sums.rules, sourceCounts: sums.sources });
      this.#found(await compareCounters(client, workspaceId, 'read'));
    });
  }

  async #stuckAt(): Promise<ReadonlyMap<Uuid, number>> {
    const { rows } = await this.client.query<{ contactId: Uuid; version: number }>(
      bind(STUCK, [this.options.workspaceId]),
    );
    return new Map(rows.map(({ contactId, version }) => [contactId, version]));
  }

  async #begin(): Promise<void> {
    const { rows } = await this.client.query<{ total: number }>(bind(TOTAL, [this.options.workspaceId]));
    this.#totalContacts = rows[0]?.total ?? 0;
  }

  async #eachRange(work: (range: ContactRange) => Promise<void>): Promise<void> {
    const { workspaceId, onProgress, signal } = this.options;
    for (let after = LOWEST; after !== HIGHEST; ) {
      signal?.throwIfAborted();
      const range = await nextRange(this.client, workspaceId, after);
      await work(range);
      this.#contacts += range.contacts;
      onProgress?.(this.#progress());
      after = range.upTo;
    }
  }

  #found({ count, shown }: Differences): void {
    this.#differenceCount += count;
    this.#differences.push(...shown.slice(0, SHOWN - this.#differences.length));
  }

  #progress(): ReplayProgress {
    return { contacts: this.#contacts, events: this.#events, totalContacts: this.#totalContacts };
  }

  #report(): ReplayReport {
    const differences = { differenceCount: this.#differenceCount, differences: this.#differences };
    return { ...this.#progress(), ...differences, unreadable: this.#unreadable };
  }
}
