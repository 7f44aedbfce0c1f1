/**
 * Rebuild in the open (engine.md 1): tables are built beside the live ones from the record, brought up to the live projection's
 * vector, compared with them row by row, and take their place in one short transaction, while reads and the projection go on.
 */
import type { Pool, PoolClient } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import { READ_MODELS, type ReadModelName } from '#contracts/read-models.js';
import { WorldError } from '#engine/log/errors.js';
import { pause } from '#engine/log/pause.js';
import type { LaneProgress } from '#engine/projection/store.js';
import type { ContactKeys } from '#engine/sealing/sealing.js';
import { feedSwitched, makeDiffering, noteDiffering } from '../../feed/renewed.js';
import { sorted } from '../../world.js';
import { onOneConnection, transaction } from '../replay/connection.js';
import {
  COUNTERS,
  compareTables,
  type Difference,
  OF_RANGE,
  OF_WORKSPACE,
  type TableName,
  valuesOf,
} from '../replay/copies.js';
import type { Unreadable } from '../replay/range-fold.js';
import { HIGHEST, LOWEST, nextRange } from '../replay/ranges.js';
import { vectorOf } from '../replay/stored-events.js';
import { holdOut, letIn, lockOut } from '../store.js';
import { READ } from '../tables.js';
import { Building, tableNames } from './building.js';
import { dropNext, dropOld, ensurePartitions, makeIndexes, makeTables, NEXT, secure, swap } from './next-tables.js';
import { builtFor } from './next-unit.js';
import { distance, towards } from './vector.js';
import { makeAnew, viewsOn } from './views.js';

export type RebuildPhase = 'reading' | 'indexing' | 'catching up' | 'comparing' | 'switching';

export interface RebuildProgress {
  readonly phase: RebuildPhase;
  /** Contacts when reading and comparing, tables when indexing, events when catching up, attempts when switching. */
  readonly done: number;
  /** Null where it cannot be known. */
  readonly total: number | null;
}

export interface RebuildOptions {
  readonly models: readonly ReadModelName[];
  /** Builds and compares, and leaves the live tables as they are. */
  readonly compareOnly?: boolean;
  readonly onProgress?: (progress: RebuildProgress) => void;
  /** Ends it before the switch; the live tables stay. */
  readonly signal?: AbortSignal;
}

export interface RebuildReport {
  readonly models: readonly ReadModelName[];
  readonly contacts: number;
  /** Read from the record, repeats of catching up included. */
  readonly events: number;
  /** Rows of the live tables that were not what the events give, at one vector. */
  readonly differenceCount: number;
  /** The first 100 of them. */
  readonly differences: readonly Difference[];
  readonly switched: boolean;
}

/** The rebuild cannot be done as things are: says why, and the cure. The live tables are as they were. */
export class RebuildRefused extends Error {
  override readonly name = 'RebuildRefused';
}

/** Any fixed number: one rebuild at a time. */
const LOCK = 7_316_824_006;
const SHOWN = 100;
/** So many events a lane are caught up with at once. */
const STRIDE = 10_000;
/** With no more than this to catch up with, the projection may wait for it. */
const NEAR = 500;
/** A reader that is longer at it than this makes the switch try again, so that nobody queues behind it. */
const LOCK_MS = 500;
const ATTEMPTS = 120;

/** Rejects with RebuildRefused, with StopPartitionError on an event this process does not know, with WorldError, or the signal's reason. */
export function rebuildReadModels(pool: Pool, keys: ContactKeys, options: RebuildOptions): Promise<RebuildReport> {
  return onOneConnection(pool, (client) =>
    onOneConnection(pool, async (reader) => {
      await alone(client);
      try {
        return await new Rebuild(client, reader, keys, options).run();
      } finally {
        await client.query('select pg_advisory_unlock($1)', [LOCK]);
      }
    }),
  );
}

async function alone(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [LOCK]);
  if (rows[0]?.mine !== true) throw new RebuildRefused('another rebuild is under way: wait for its end');
  await client.query('set statement_timeout = 0');
}

class Rebuild {
  readonly #building: Building;
  readonly #models: ReadonlySet<ReadModelName>;
  readonly #tables: readonly string[];
  /** Those and what they are folded from. */
  readonly #built: readonly string[];
  readonly #signal: AbortSignal;
  #contacts = 0;
  #compared = 0;
  #differenceCount = 0;
  readonly #differences: Difference[] = [];

  constructor(
    private readonly client: PoolClient,
    private readonly reader: PoolClient,
    keys: ContactKeys,
    private readonly options: RebuildOptions,
  ) {
    this.#models = new Set(options.models);
    this.#tables = tableNames(this.#models);
    const models = builtFor(this.#models);
    this.#built = tableNames(models);
    this.#signal = options.signal ?? new AbortController().signal;
    this.#building = new Building({ client, reader, keys, models, signal: this.#signal });
  }

  async run(): Promise<RebuildReport> {
    const { client } = this;
    await this.#refuseKept();
    await makeTables(client, this.#built);
    await makeDiffering(client);
    try {
      await this.#read();
      await this.#index();
      await this.#catchUp();
      await this.#compare();
      this.#refuseUnreadable();
      if (!this.options.compareOnly) await this.#switch();
    } catch (error) {
      await dropNext(client);
      throw error;
    }
    if (this.options.compareOnly) await dropNext(client);
    else await dropOld(client, this.#tables);
    return {
      models: [...this.#models],
      contacts: this.#contacts,
      events: this.#building.events,
      differenceCount: this.#differenceCount,
      differences: this.#differences,
      switched: !this.options.compareOnly,
    };
  }

  async #refuseKept(): Promise<void> {
    const kept = (await viewsOn(this.client, this.#tables)).find(({ kind }) => kind === 'm');
    if (kept)
      throw new RebuildRefused(
        `the materialized view ${kept.name} reads ${this.#tables.join(', ')} and would go on reading the old rows: drop it, and make it again afterwards`,
      );
  }

  async #read(): Promise<void> {
    const total = await this.#totalContacts();
    this.#building.at = { vector: await vectorOf(this.client), stood: new Map() };
    const say = (done: number): void => this.#say('reading', done, total);
    say(0);
    for (const workspaceId of await this.#workspaces())
      await this.#building.fill(workspaceId, (count) => {
        this.#contacts += count;
        say(this.#contacts);
      });
  }

  async #index(): Promise<void> {
    for (const [done, name] of this.#built.entries()) {
      this.#signal.throwIfAborted();
      this.#say('indexing', done, this.#built.length);
      await makeIndexes(this.client, name);
    }
  }

  /** Until little is left: the rest is done with the projection held out. */
  async #catchUp(): Promise<void> {
    for (let done = 0; ; ) {
      this.#signal.throwIfAborted();
      for (const name of this.#built) await ensurePartitions(this.client, name);
      const live = await vectorOf(this.client);
      const { vector } = this.#building.at;
      const left = distance(vector, live);
      if (left <= NEAR) return;
      this.#say('catching up', done, done + left);
      const next = towards(vector, live, STRIDE);
      done += distance(vector, next);
      await this.#follow(next);
    }
  }

  async #follow(to: readonly LaneProgress[]): Promise<void> {
    await this.#building.follow(to, this.client);
  }

  /** Both sides at one vector, in one snapshot: the projection is held out only until it is taken. */
  async #compare(): Promise<void> {
    const { client, reader } = this;
    await holdOut(client);
    let held = true;
    const release = async (): Promise<void> => {
      if (held) await letIn(client);
      held = false;
    };
    try {
      await this.#follow(await vectorOf(client));
      await transaction(reader, 'repeatable read', async () => {
        await vectorOf(reader);
        await release();
        for (const workspaceId of await this.#workspaces()) await this.#compareWorkspace(workspaceId);
      });
    } finally {
      await release();
    }
  }

  async #compareWorkspace(workspaceId: Uuid): Promise<void> {
    const ofContacts = this.#named((name) => !COUNTERS.includes(name));
    for (let after = LOWEST; after !== HIGHEST && ofContacts.length > 0; ) {
      this.#signal.throwIfAborted();
      const range = await nextRange(this.reader, workspaceId, after);
      await this.#differ(ofContacts, OF_RANGE, valuesOf(range));
      if (this.#models.has('contact')) await noteDiffering(this.reader, range);
      this.#compared += range.contacts;
      this.#say('comparing', this.#compared, this.#contacts);
      after = range.upTo;
    }
    const counters = this.#named((name) => COUNTERS.includes(name));
    await this.#differ(counters, OF_WORKSPACE, [workspaceId]);
  }

  async #differ(names: readonly TableName[], where: string, values: unknown[]): Promise<void> {
    const { count, shown } = await compareTables(this.reader, names, { had: 'read', gives: NEXT }, where, values);
    this.#differenceCount += count;
    this.#differences.push(...shown.slice(0, SHOWN - this.#differences.length));
  }

  #named(wanted: (name: TableName) => boolean): readonly TableName[] {
    return (Object.keys(READ) as TableName[]).filter((name) => this.#tables.includes(READ[name].name) && wanted(name));
  }

  #refuseUnreadable(): void {
    const { unreadable } = this.#building;
    if (unreadable.length === 0 || this.options.compareOnly) return;
    const first = unreadable[0] as Unreadable;
    throw new RebuildRefused(
      `${unreadable.length} events cannot be opened (event ${first.version} of contact ${first.contactId}: ${first.error}): the live tables stay`,
    );
  }

  async #switch(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      this.#signal.throwIfAborted();
      this.#say('switching', attempt, null);
      await this.#catchUp();
      if (await this.#trySwitch()) return;
      if (attempt === ATTEMPTS)
        throw new RebuildRefused(`readers held ${this.#tables.join(', ')} for ${attempt} attempts: try again later`);
      await pause(LOCK_MS, this.#signal);
    }
  }

  /** False when a reader was in the way: nothing has happened then. */
  async #trySwitch(): Promise<boolean> {
    const { client } = this;
    const before = this.#building.at;
    try {
      await transaction(client, 'read committed', async () => {
        await client.query(`set local lock_timeout = ${LOCK_MS}`);
        await lockOut(client);
        await client.query(
          `lock table ${this.#tables.map((name) => `read.${name}`).join(', ')} in access exclusive mode`,
        );
        await this.#follow(await vectorOf(client));
        await secure(client, this.#tables);
        const views = await viewsOn(client, this.#tables);
        await swap(client, this.#tables);
        for (const view of views) await makeAnew(client, view);
        await this.#markVersions();
        await feedSwitched(client);
      });
      return true;
    } catch (error) {
      await client.query('rollback');
      this.#building.at = before;
      if (sorted(error) instanceof WorldError) return false;
      throw error;
    }
  }

  async #markVersions(): Promise<void> {
    for (const model of this.#models)
      await this.client.query(
        `insert into read.model (name, version) values ($1, $2)
         on conflict (name) do update set version = excluded.version`,
        [model, READ_MODELS[model]],
      );
  }

  async #totalContacts(): Promise<number> {
    const { rows } = await this.client.query<{ total: number }>('select count(*) as total from engine.contact_state');
    return rows[0]?.total ?? 0;
  }

  async #workspaces(): Promise<readonly Uuid[]> {
    const { rows } = await this.client.query<{ id: Uuid }>('select id from registry.workspace order by id');
    return rows.map(({ id }) => id);
  }

  #say(phase: RebuildPhase, done: number, total: number | null): void {
    this.options.onProgress?.({ phase, done, total });
  }
}
