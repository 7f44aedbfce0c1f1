/** All sources in memory: read at start, when told of a change and every few seconds; kept on disk for a start without the database. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import type { Json } from '#contracts/json.js';
import type { Source, SourceDirectory } from '#engine/ingest/source.js';
import type { SourceCopy } from '#engine/ingest/source-copy.js';
import type { MasterKey } from '#engine/sealing/sealing.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';
import { fromCopy, toCopy } from './copied-row.js';
import { SOURCE_COLUMNS, type SourceRow, sourceOf } from './source-row.js';
import { SOURCES_CHANNEL } from './sources.js';

const ALL = statement('registry.source.all', `select ${SOURCE_COLUMNS} from registry.source`);

const BY_PATH = statement('registry.source.by_path', 'select 1 from registry.source where path = $1');

const REFRESH_MS = 5_000;
/** As paths are made (new-key.ts): nothing else is worth a question. */
const PATH = /^[\w-]{32}$/;
/** Whoever guesses paths gets no more of the database than this, and waits no longer. */
const LOOK_UPS_AT_ONCE = 4;
const LOOK_UP_MS = 500;

export interface DirectoryOptions {
  readonly copy?: SourceCopy;
  readonly refreshMs?: number;
  /** Told when the sources could not be read anew (the last ones stay in force), or a source's keys do not open. */
  readonly onTrouble?: (error: unknown) => void;
}

type Known = Map<string, { readonly version: number; readonly source: Source }>;

export class PostgresSourceDirectory implements SourceDirectory {
  #byPath: ReadonlyMap<string, Source> = new Map();
  #known: Known = new Map();
  #listener: PoolClient | null = null;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | null = null;
  #again = false;
  #lookUps = 0;

  constructor(
    private readonly pool: Pool,
    private readonly master: MasterKey,
    private readonly options: DirectoryOptions = {},
  ) {}

  find(path: string): Source | undefined {
    return this.#byPath.get(path);
  }

  async lookUp(path: string): Promise<void> {
    if (!PATH.test(path) || this.#lookUps >= LOOK_UPS_AT_ONCE) return;
    this.#lookUps += 1;
    const asked = this.#lookUp(path).finally(() => {
      this.#lookUps -= 1;
    });
    await Promise.race([asked, delay(LOOK_UP_MS, undefined, { ref: false })]);
  }

  /** A database that is away is told of by the reading every few seconds. */
  async #lookUp(path: string): Promise<void> {
    const found = await query(this.pool, bind(BY_PATH, [path])).catch(() => null);
    if (found?.rowCount) await this.refresh();
  }

  /** Rejects when there is neither a database nor a copy on disk. */
  async start(): Promise<void> {
    try {
      await this.#read();
    } catch (error) {
      const copied = await this.options.copy?.load();
      if (!copied) throw error;
      this.#take(fromCopy(copied));
      this.options.onTrouble?.(error);
    }
    await this.#listen();
    this.#timer = setInterval(() => void this.refresh(), this.options.refreshMs ?? REFRESH_MS);
    this.#timer.unref();
  }

  /** Reads the sources anew; while the database is away the last ones stay in force. Never rejects. */
  refresh(): Promise<void> {
    this.#again = this.#running !== null;
    this.#running ??= this.#refreshing().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
    this.#listener?.release(true);
    this.#listener = null;
  }

  /** A change that is told while a read is under way may have missed it: then it is read once more. */
  async #refreshing(): Promise<void> {
    do {
      this.#again = false;
      try {
        await this.#read();
      } catch (error) {
        this.options.onTrouble?.(error);
      }
    } while (this.#again);
    if (this.#listener === null) await this.#listen();
  }

  async #read(): Promise<void> {
    const { rows } = await query<SourceRow>(this.pool, bind(ALL, []));
    if (this.#take(rows)) await this.#save(rows);
  }

  /** A copy that cannot be written must not keep a revoked key in force: it is told and the sources are taken all the same. */
  async #save(rows: readonly SourceRow[]): Promise<void> {
    try {
      await this.options.copy?.save(toCopy(rows) as Json);
    } catch (error) {
      this.options.onTrouble?.(error);
    }
  }

  /** Unchanged sources keep their object, so that what is cached for it stays valid. True when anything changed. */
  #take(rows: readonly SourceRow[]): boolean {
    const known: Known = new Map();
    let changed = rows.length !== this.#known.size;
    for (const row of rows) {
      const before = this.#known.get(row.id);
      const same = before?.version === row.version;
      known.set(row.id, same ? before : { version: row.version, source: this.#open(row) });
      changed ||= !same;
    }
    this.#known = known;
    this.#byPath = new Map([...known.values()].map(({ source }) => [source.path, source]));
    return changed;
  }

  /** A source whose keys do not open is as good as paused: its provider sends again later. */
  #open(row: SourceRow): Source {
    try {
      return sourceOf(row, this.master);
    } catch (error) {
      this.options.onTrouble?.(new Error(`the keys of source ${row.id} do not open`, { cause: error }));
      const state = row.state === 'active' ? 'paused' : row.state;
      return sourceOf({ ...row, state, keysWrapped: null, oldKeysWrapped: null }, this.master);
    }
  }

  async #listen(): Promise<void> {
    try {
      const client = await this.pool.connect();
      client.on('notification', () => void this.refresh());
      client.on('error', (error) => this.#deaf(client, error));
      await this.#listenOn(client);
    } catch (error) {
      this.options.onTrouble?.(error);
    }
  }

  /** A connection that cannot listen is given up: kept, it and its like would leave none to read the sources with. */
  async #listenOn(client: PoolClient): Promise<void> {
    try {
      await client.query(`listen ${SOURCES_CHANNEL}`);
      this.#listener = client;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  #deaf(client: PoolClient, error: Error): void {
    if (this.#listener !== client) return;
    this.#listener = null;
    client.release(error);
    this.options.onTrouble?.(error);
  }
}
