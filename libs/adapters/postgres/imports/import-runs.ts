/** Who runs an import: one process at a time, fenced; what a process that died left is taken by the next. */
import type { Pool } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import type { Json } from '#contracts/json.js';
import type { ImportFence } from '#engine/imports/import.js';
import type { About, Counts, Reject } from '#engine/imports/progress.js';
import { FencedError } from '#engine/log/errors.js';
import { importOwner } from '#engine/sealing/owners.js';
import type { DataKey, MasterKey } from '#engine/sealing/sealing.js';
import { bind, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';
import { addRejects } from './imports.js';

export const LEASE_MS = 10_000;

const MINE = 'workspace_id = $1 and id = $2 and epoch = $3';

const TAKE = statement(
  'imports.import.take',
  `with due as (
  select workspace_id, id from imports.import
  where state = 'waiting' or (state = 'running' and leased_until < clock_timestamp())
  order by created_at for update skip locked limit 1
)
update imports.import i set state = 'running', epoch = i.epoch + 1, tries = i.tries + 1, owner = $1,
  leased_until = clock_timestamp() + $2 * interval '1 ms', updated_at = clock_timestamp()
from due where i.workspace_id = due.workspace_id and i.id = due.id
returning i.workspace_id as "workspaceId", i.id, i.epoch, i.tries`,
);
const RENEW = statement(
  'imports.import.renew',
  `update imports.import set leased_until = clock_timestamp() + $4 * interval '1 ms' where ${MINE}`,
);
const RELEASE = statement(
  'imports.import.release',
  `update imports.import set state = 'waiting', owner = null, leased_until = null, tries = tries - $4 where ${MINE} and state = 'running'`,
);
const PROGRESS = statement(
  'imports.import.progress',
  `update imports.import set rows = $4, inputs = $5, changed = $6, unchanged = $7, rejected = $8, tries = 0,
  leased_until = clock_timestamp() + $9 * interval '1 ms', updated_at = clock_timestamp() where ${MINE}`,
);
const ABOUT = statement('imports.import.about', `update imports.import set about = $4 where ${MINE} returning id`);
const KEY = statement('imports.import.key', `select key_wrapped as "wrapped" from imports.import where ${MINE}`);
const END = statement(
  'imports.import.end',
  `with ended as (
  update imports.import set state = $4, about = $5, finished_at = clock_timestamp(), updated_at = clock_timestamp(), owner = null,
    leased_until = null
  where ${MINE} returning workspace_id, id
), parts as (
  delete from imports.part p using ended e where p.workspace_id = e.workspace_id and p.import_id = e.id and p.kind = 'content'
)
select id from ended`,
);

export interface TakenImport extends ImportFence {
  /** Times it was taken since it last came on, this one counted. */
  readonly tries: number;
}

/** The next import that is due, whichever workspace's; null when none is. Rejects with WorldError. */
export async function takeImport(pool: Pool, owner: string): Promise<TakenImport | null> {
  const { rows } = await query<TakenImport & Record<string, unknown>>(pool, bind(TAKE, [owner, LEASE_MS]));
  return rows[0] ?? null;
}

/** Gives an import back, to be gone on with by whoever takes it. `blameless`: the try is not counted. */
export async function releaseImport(pool: Pool, fence: ImportFence, blameless: boolean): Promise<void> {
  await query(pool, bind(RELEASE, [...of(fence), blameless ? 1 : 0]));
}

const of = ({ workspaceId, id, epoch }: ImportFence): [Uuid, Uuid, number] => [workspaceId, id, epoch];

/** One run of one import. Everything but `renew` rejects with FencedError when it is another's by now. */
export class ImportRun {
  #key: Promise<DataKey> | null = null;

  constructor(
    private readonly pool: Pool,
    private readonly master: MasterKey,
    private readonly fence: ImportFence,
  ) {}

  /** False when it is another's by now. */
  async renew(): Promise<boolean> {
    return (await query(this.pool, bind(RENEW, [...of(this.fence), LEASE_MS]))).rowCount === 1;
  }

  async save({ rows, inputs, changed, unchanged, rejected }: Counts, rejects: readonly Reject[]): Promise<void> {
    const key = await this.#sealing();
    await inTransaction(this.pool, async (tx) => {
      const values = [...of(this.fence), rows, inputs, changed, unchanged, rejected, LEASE_MS];
      this.#assertMine(await query(tx, bind(PROGRESS, values)));
      await addRejects(tx, this.fence, key, rows, rejects);
    });
  }

  async tell(about: About): Promise<void> {
    this.#assertMine(await query(this.pool, bind(ABOUT, [...of(this.fence), await this.#sealed(about)])));
  }

  /** The file is not needed any more. */
  async end(state: 'finished' | 'failed', about: About): Promise<void> {
    this.#assertMine(await query(this.pool, bind(END, [...of(this.fence), state, await this.#sealed(about)])));
  }

  async #sealed(about: About): Promise<Buffer> {
    return (await this.#sealing()).seal(about as unknown as Json, 'about');
  }

  #sealing(): Promise<DataKey> {
    this.#key ??= this.#load();
    return this.#key;
  }

  async #load(): Promise<DataKey> {
    const found = await query<{ wrapped: Buffer | null }>(this.pool, bind(KEY, of(this.fence)));
    const { workspaceId, id } = this.fence;
    const wrapped = found.rows[0]?.wrapped;
    if (!wrapped) throw new FencedError(`import ${id} is another's, or its key is gone`);
    return this.master.unwrap(wrapped, importOwner(workspaceId, id));
  }

  #assertMine({ rowCount }: { readonly rowCount: number | null }): void {
    if (rowCount !== 1) throw new FencedError(`import ${this.fence.id} is another's by now`);
  }
}
