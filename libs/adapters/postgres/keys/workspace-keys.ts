/**
 * Keys of workspaces in Postgres, wrapped by the master key and cached in clear. Daily keys are made a week ahead, so that a
 * process whose database is away has those of the coming days.
 */
import type { Pool } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import { PoisonError } from '#engine/log/errors.js';
import { KeyDestroyedError } from '#engine/sealing/errors.js';
import { dayOf, dayOwner, secretOwner } from '#engine/sealing/owners.js';
import {
  DAY_PURPOSES,
  type DataKey,
  type DayPurpose,
  type MasterKey,
  type WorkspaceKeys,
} from '#engine/sealing/sealing.js';
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
  `select workspace_id as "workspaceId", day, purpose, wrapped from sealing.workspace_key
where ($1::uuid is null or workspace_id = $1) and day between $2 and $3`,
);
const MAKE = statement(
  'sealing.workspace_key.make',
  `insert into sealing.workspace_key (workspace_id, day, purpose, wrapped)
select * from unnest($1::uuid[], $2::date[], $3::text[], $4::bytea[]) order by 1, 2, 3
on conflict do nothing`,
);
const DESTROY = statement(
  'sealing.workspace_key.destroy',
  'delete from sealing.workspace_key where day < $1 and purpose = $2',
);

interface WantedDay {
  readonly workspaceId: Uuid;
  readonly day: string;
  readonly purpose: DayPurpose;
}
interface DayRow extends WantedDay {
  readonly wrapped: Buffer;
}
interface SecretRow {
  readonly id: Uuid;
  readonly wrapped: Buffer;
}

/** Wrapped keys as ingest keeps them on disk: base64 by owner. */
export interface KeyCopy {
  readonly secrets: { readonly [workspaceId: Uuid]: string };
  readonly days: { readonly [workspaceId: Uuid]: Readonly<Record<DayPurpose, { readonly [day: string]: string }>> };
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

  daily(workspaceId: Uuid, at: number, purpose: DayPurpose): Promise<DataKey> {
    const wanted = { workspaceId, day: dayOf(at), purpose };
    return kept(this.#days, ownerOf(wanted), () => this.loadDay(wanted));
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

  private async loadDay(wanted: WantedDay): Promise<DataKey> {
    const stored = (await this.stored(wanted)) ?? (await this.makeDay(wanted));
    return this.master.unwrap(stored.wrapped, ownerOf(wanted));
  }

  private async stored({ workspaceId, day, purpose }: WantedDay): Promise<DayRow | undefined> {
    return (await this.days(workspaceId, day, day)).find((row) => row.purpose === purpose);
  }

  private async makeDay(wanted: WantedDay): Promise<DayRow> {
    const { day } = wanted;
    if (day < dayOf(this.now() - DAY))
      throw new KeyDestroyedError(`the key of ${day} was destroyed after its retention`);
    await this.make([wanted]);
    const stored = await this.stored(wanted);
    if (stored === undefined) throw new Error(`the key of ${day} was made and is not there`);
    return stored;
  }

  private async days(workspaceId: Uuid | null, from: string, to: string): Promise<readonly DayRow[]> {
    return (await query<DayRow & Record<string, unknown>>(this.pool, bind(DAYS, [workspaceId, from, to]))).rows;
  }

  private async make(wanted: readonly WantedDay[]): Promise<void> {
    if (wanted.length === 0) return;
    const wrapped = wanted.map((one) => this.master.create(ownerOf(one)).wrapped);
    const columns = [
      wanted.map((one) => one.workspaceId),
      wanted.map((one) => one.day),
      wanted.map((one) => one.purpose),
    ];
    await query(this.pool, bind(MAKE, [...columns, wrapped]));
  }

  /**
   * Makes what is missing of today's and the next seven days' keys of every workspace, and answers the wrapped keys from
   * yesterday on, for a copy on disk. Run it at start and at least daily.
   */
  async makeAhead(): Promise<KeyCopy> {
    const days = Array.from({ length: AHEAD + 1 }, (_, index) => dayOf(this.now() + index * DAY));
    const { rows: workspaces } = await query<SecretRow & Record<string, unknown>>(this.pool, bind(SECRETS, [null]));
    const [from, to] = [dayOf(this.now() - DAY), days.at(-1) as string];
    const there = new Set((await this.days(null, from, to)).map(ownerOf));
    const wanted = workspaces.flatMap(({ id }) =>
      days.flatMap((day) => DAY_PURPOSES.map((purpose) => ({ workspaceId: id, day, purpose }))),
    );
    await this.make(wanted.filter((one) => !there.has(ownerOf(one))));
    this.forgetBefore(from);
    const copy = copyOf(workspaces, await this.days(null, from, to));
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
    for (const [id, purposes] of Object.entries(copy.days))
      for (const purpose of DAY_PURPOSES)
        for (const [day, wrapped] of Object.entries(purposes[purpose])) {
          const owner = dayOwner(id, day, purpose);
          if (this.#days.has(owner)) continue;
          this.#days.set(owner, Promise.resolve(this.master.unwrap(Buffer.from(wrapped, 'base64'), owner)));
        }
  }

  /** Destroys all daily keys of a purpose before a UTC day (`YYYY-MM-DD`): what they sealed opens no more. Answers how many. */
  async destroyBefore(day: string, purpose: DayPurpose): Promise<number> {
    const { rowCount } = await query(this.pool, bind(DESTROY, [day, purpose]));
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

const ownerOf = ({ workspaceId, day, purpose }: WantedDay): string => dayOwner(workspaceId, day, purpose);

function copyOf(workspaces: readonly SecretRow[], rows: readonly DayRow[]): KeyCopy {
  const of = (id: Uuid, wanted: DayPurpose) => {
    const its = rows.filter(({ workspaceId, purpose }) => workspaceId === id && purpose === wanted);
    return Object.fromEntries(its.map(({ day, wrapped }) => [day, wrapped.toString('base64')]));
  };
  return {
    secrets: Object.fromEntries(workspaces.map(({ id, wrapped }) => [id, wrapped.toString('base64')])),
    days: Object.fromEntries(
      workspaces.map(({ id }) => [id, { engagements: of(id, 'engagements'), deliveries: of(id, 'deliveries') }]),
    ),
  };
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
