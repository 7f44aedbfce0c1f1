/**
 * Keys of workspaces in Postgres, wrapped by the master key and cached in clear. Daily keys are made a week ahead, so that a
 * process whose database is away has those of the coming days.
 */
import type { Pool } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import { PoisonError } from '#engine/log/errors.js';
import { KeyDestroyedError } from '#engine/sealing/errors.js';
import { dayOf, dayOwner, secretOwner } from '#engine/sealing/owners.js';
import type { DataKey, MasterKey, WorkspaceKeys } from '#engine/sealing/sealing.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

const DAY = 86_400_000;
const AHEAD = 7;

const SECRETS = statement(
  'registry.workspace.secrets',
  `select id, secret_wrapped as wrapped from registry.workspace where $1::uuid is null or id = $1 order by id`,
);
const DAYS = statement(
  'sealing.workspace_key.days',
  `select workspace_id as "workspaceId", day, wrapped from sealing.workspace_key
where ($1::uuid is null or workspace_id = $1) and day between $2 and $3`,
);
const MAKE = statement(
  'sealing.workspace_key.make',
  `insert into sealing.workspace_key (workspace_id, day, wrapped)
select * from unnest($1::uuid[], $2::date[], $3::bytea[]) order by 1, 2
on conflict do nothing`,
);
const DESTROY = statement('sealing.workspace_key.destroy', 'delete from sealing.workspace_key where day < $1');

interface DayRow {
  readonly workspaceId: Uuid;
  readonly day: string;
  readonly wrapped: Buffer;
}
interface SecretRow {
  readonly id: Uuid;
  readonly wrapped: Buffer;
}

/** Wrapped keys as ingest keeps them on disk: base64 by owner. */
export interface KeyCopy {
  readonly secrets: { readonly [workspaceId: Uuid]: string };
  readonly days: { readonly [workspaceId: Uuid]: { readonly [day: string]: string } };
}

export class PostgresWorkspaceKeys implements WorkspaceKeys {
  readonly #days = new Map<string, Promise<DataKey>>();
  readonly #secrets = new Map<Uuid, Promise<Buffer>>();

  /** `now` in milliseconds: a day that is yesterday or later and has no key gets one, an earlier one had its key destroyed. */
  constructor(
    private readonly pool: Pool,
    private readonly master: MasterKey,
    private readonly now: () => number = Date.now,
  ) {}

  daily(workspaceId: Uuid, at: number): Promise<DataKey> {
    const day = dayOf(at);
    return kept(this.#days, dayOwner(workspaceId, day), () => this.loadDay(workspaceId, day));
  }

  secret(workspaceId: Uuid): Promise<Buffer> {
    return kept(this.#secrets, workspaceId, async () => {
      const row = (await query<SecretRow & Record<string, unknown>>(this.pool, bind(SECRETS, [workspaceId]))).rows[0];
      if (row === undefined) throw new PoisonError(`there is no workspace ${workspaceId}`);
      return this.unwrapSecret(row);
    });
  }

  private unwrapSecret({ id, wrapped }: SecretRow): Buffer {
    return this.master.unwrapSecret(wrapped, secretOwner(id));
  }

  private async loadDay(workspaceId: Uuid, day: string): Promise<DataKey> {
    const stored = (await this.days(workspaceId, day, day))[0] ?? (await this.makeDay(workspaceId, day));
    return this.master.unwrap(stored.wrapped, dayOwner(workspaceId, day));
  }

  private async makeDay(workspaceId: Uuid, day: string): Promise<DayRow> {
    if (day < dayOf(this.now() - DAY))
      throw new KeyDestroyedError(`the key of ${day} was destroyed after its retention`);
    await this.make([{ workspaceId, day }]);
    const stored = (await this.days(workspaceId, day, day))[0];
    if (stored === undefined) throw new Error(`the key of ${day} was made and is not there`);
    return stored;
  }

  private async days(workspaceId: Uuid | null, from: string, to: string): Promise<readonly DayRow[]> {
    return (await query<DayRow & Record<string, unknown>>(this.pool, bind(DAYS, [workspaceId, from, to]))).rows;
  }

  private async make(wanted: readonly { readonly workspaceId: Uuid; readonly day: string }[]): Promise<void> {
    if (wanted.length === 0) return;
    const wrapped = wanted.map(({ workspaceId, day }) => this.master.create(dayOwner(workspaceId, day)).wrapped);
    const values = [wanted.map((one) => one.workspaceId), wanted.map((one) => one.day), wrapped];
    await query(this.pool, bind(MAKE, values));
  }

  /**
   * Makes what is missing of today's and the next seven days' keys of every workspace, and answers the wrapped keys from
   * yesterday on, for a copy on disk. Run it at start and at least daily.
   */
  async makeAhead(): Promise<KeyCopy> {
    const days = Array.from({ length: AHEAD + 1 }, (_, index) => dayOf(this.now() + index * DAY));
    const { rows: workspaces } = await query<SecretRow & Record<string, unknown>>(this.pool, bind(SECRETS, [null]));
    const [from, to] = [dayOf(this.now() - DAY), days.at(-1) as string];
    const there = new Set((await this.days(null, from, to)).map((row) => dayOwner(row.workspaceId, row.day)));
    const wanted = workspaces.flatMap(({ id }) => days.map((day) => ({ workspaceId: id, day })));
    await this.make(wanted.filter(({ workspaceId, day }) => !there.has(dayOwner(workspaceId, day))));
    this.forgetBefore(from);
    const copy: KeyCopy & { days: { [id: Uuid]: { [day: string]: string } } } = {
      secrets: Object.fromEntries(workspaces.map(({ id, wrapped }) => [id, wrapped.toString('base64')])),
      days: Object.fromEntries(workspaces.map(({ id }) => [id, {}])),
    };
    for (const { workspaceId, day, wrapped } of await this.days(null, from, to))
      copy.days[workspaceId] = { ...copy.days[workspaceId], [day]: wrapped.toString('base64') };
    this.restore(copy);
    return copy;
  }

  /** Older days are read from the table again when asked for: another process may have destroyed them. */
  private forgetBefore(day: string): void {
    for (const owner of this.#days.keys()) if (owner.slice(-day.length) < day) this.#days.delete(owner);
  }

  /** Takes a copy's keys into the cache: they serve while the database is away. Throws PoisonError under another master key. */
  restore(copy: KeyCopy): void {
    for (const [id, wrapped] of Object.entries(copy.secrets)) {
      const secret = this.unwrapSecret({ id, wrapped: Buffer.from(wrapped, 'base64') });
      this.#secrets.set(id, Promise.resolve(secret));
    }
    for (const [id, days] of Object.entries(copy.days))
      for (const [day, wrapped] of Object.entries(days)) {
        const owner = dayOwner(id, day);
        if (this.#days.has(owner)) continue;
        this.#days.set(owner, Promise.resolve(this.master.unwrap(Buffer.from(wrapped, 'base64'), owner)));
      }
  }

  /** Destroys all daily keys before a UTC day (`YYYY-MM-DD`): what they sealed opens no more. Answers how many. */
  async destroyBefore(day: string): Promise<number> {
    const { rowCount } = await query(this.pool, bind(DESTROY, [day]));
    this.forgetBefore(day);
    return rowCount ?? 0;
  }

  /** Throws when the database's secrets were wrapped by another master key; run it at start. */
  async checkMaster(): Promise<void> {
    const { rows } = await query<SecretRow & Record<string, unknown>>(this.pool, bind(SECRETS, [null]));
    try {
      for (const row of rows) this.unwrapSecret(row);
    } catch (cause) {
      throw new Error(
        'the master key is not the one this database was sealed under: set the AFTERCLICK_MASTER_KEY it was started with, or put its master.key back into the data folder',
        { cause },
      );
    }
  }
}

/** One load for all who ask at once; a failed one is not kept. */
function kept<T>(cache: Map<string, Promise<T>>, name: string, load: () => Promise<T>): Promise<T> {
  const known = cache.get(name);
  if (known !== undefined) return known;
  const loading = load();
  cache.set(name, loading);
  loading.catch(() => cache.delete(name));
  return loading;
}
