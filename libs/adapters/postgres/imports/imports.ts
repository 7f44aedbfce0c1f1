/** Imports in Postgres: made, filled with a file, and looked at. The file and what quotes it are sealed under a key of its own. */
import type { Pool, PoolClient } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import type { Json } from '#contracts/json.js';
import type { Import, ImportKind, ImportWish } from '#engine/imports/import.js';
import type { About, Reject } from '#engine/imports/progress.js';
import { importOwner } from '#engine/sealing/owners.js';
import type { DataKey, MasterKey } from '#engine/sealing/sealing.js';
import { bind, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';

const COLUMNS = `workspace_id as "workspaceId", id, kind, source_id as "sourceId", wish, key_wrapped as "wrapped", about, size, received,
  state, rows, inputs, changed, unchanged, rejected, created_at as "createdAt", updated_at as "updatedAt", finished_at as "finishedAt"`;

const INSERT = statement(
  'imports.import.insert',
  `insert into imports.import (workspace_id, id, kind, source_id, wish, key_wrapped, size)
values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
);
const ONE = statement(
  'imports.import.one',
  `select ${COLUMNS} from imports.import where workspace_id = $1 and id = $2`,
);
const LIST = statement(
  'imports.import.list',
  `select ${COLUMNS} from imports.import where workspace_id = $1 order by created_at desc, id desc limit $2`,
);
const LOCK = statement(
  'imports.import.lock',
  `select key_wrapped as "wrapped", received, size, state from imports.import where workspace_id = $1 and id = $2 for update`,
);
const RECEIVED = statement(
  'imports.import.received',
  `update imports.import set received = received + $3, updated_at = clock_timestamp(),
  state = case when received + $3 = size then 'waiting' else state end
where workspace_id = $1 and id = $2 returning received, state`,
);
const ADD_PART = statement(
  'imports.part.insert',
  'insert into imports.part (workspace_id, import_id, kind, at, sealed) values ($1, $2, $3, $4, $5) on conflict do nothing',
);
const NEXT_PART = statement(
  'imports.part.next',
  `select at, sealed from imports.part where workspace_id = $1 and import_id = $2 and kind = $3 and at > $4
order by at limit 1`,
);
export interface NewImport {
  readonly workspaceId: Uuid;
  readonly id: Uuid;
  readonly kind: ImportKind;
  readonly sourceId: Uuid | null;
  readonly wish: ImportWish;
  readonly size: number;
}

type Row = Omit<Import, 'counts' | 'about'> & {
  readonly wrapped: Buffer | null;
  readonly about: Buffer | null;
  readonly rows: number;
  readonly inputs: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly rejected: number;
};

/** Why a piece of the file was not taken. `received`: where the next one must begin. */
export type PieceRefused =
  | { readonly why: 'unknown' | 'complete' | 'gone' }
  | { readonly why: 'offset' | 'too_long'; readonly received: number };

export class PostgresImports {
  constructor(
    private readonly pool: Pool,
    private readonly master: MasterKey,
  ) {}

  /** False when there is one with this id. */
  async create({ workspaceId, id, kind, sourceId, wish, size }: NewImport): Promise<boolean> {
    const { wrapped } = this.master.create(importOwner(workspaceId, id));
    const values = [workspaceId, id, kind, sourceId, JSON.stringify(wish), wrapped, size];
    return (await query(this.pool, bind(INSERT, values))).rowCount === 1;
  }

  async one(workspaceId: Uuid, id: Uuid): Promise<Import | null> {
    const row = (await query<Row>(this.pool, bind(ONE, [workspaceId, id]))).rows[0];
    return row === undefined ? null : this.#shown(row);
  }

  /** The latest first. */
  async list(workspaceId: Uuid, limit: number): Promise<readonly Import[]> {
    const { rows } = await query<Row>(this.pool, bind(LIST, [workspaceId, limit]));
    return rows.map((row) => this.#shown(row));
  }

  /** Adds a piece of the file that begins at byte `at`; with the last one the import is due. */
  add(workspaceId: Uuid, id: Uuid, at: number, bytes: Buffer): Promise<{ readonly received: number } | PieceRefused> {
    return inTransaction(this.pool, async (tx) => {
      const { rows } = await query<Pick<Row, 'wrapped' | 'received' | 'size' | 'state'>>(
        tx,
        bind(LOCK, [workspaceId, id]),
      );
      const row = rows[0];
      if (row === undefined) return { why: 'unknown' } as const;
      if (row.state !== 'receiving') return { why: 'complete' } as const;
      if (row.wrapped === null) return { why: 'gone' } as const;
      if (at !== row.received) return { why: 'offset', received: row.received } as const;
      if (at + bytes.length > row.size) return { why: 'too_long', received: row.received } as const;
      await addPart(
        tx,
        { workspaceId, id },
        'content',
        at,
        this.#key(workspaceId, id, row.wrapped).sealBytes(bytes, place('content', at)),
      );
      await query(tx, bind(RECEIVED, [workspaceId, id, bytes.length]));
      return { received: row.received + bytes.length };
    });
  }

  /** The file, in the order of its bytes. */
  async *content(workspaceId: Uuid, id: Uuid): AsyncGenerator<Buffer> {
    for await (const { at, sealed, key } of this.#parts(workspaceId, id, 'content'))
      yield key.openBytes(sealed, place('content', at));
  }

  /** Rows that were not taken, in the order of their lines. Nothing once they are gone. */
  async *rejects(workspaceId: Uuid, id: Uuid): AsyncGenerator<readonly Reject[]> {
    for await (const { at, sealed, key } of this.#parts(workspaceId, id, 'rejects'))
      yield key.open(sealed, place('rejects', at)) as unknown as readonly Reject[];
  }

  async *#parts(workspaceId: Uuid, id: Uuid, kind: 'content' | 'rejects') {
    const row = (await query<Row>(this.pool, bind(ONE, [workspaceId, id]))).rows[0];
    if (row === undefined || row.wrapped === null) return;
    const key = this.#key(workspaceId, id, row.wrapped);
    let after = -1;
    for (;;) {
      const { rows } = await query<{ at: number; sealed: Buffer }>(
        this.pool,
        bind(NEXT_PART, [workspaceId, id, kind, after]),
      );
      const part = rows[0];
      if (part === undefined) return;
      yield { ...part, key };
      after = part.at;
    }
  }

  #key(workspaceId: Uuid, id: Uuid, wrapped: Buffer): DataKey {
    return this.master.unwrap(wrapped, importOwner(workspaceId, id));
  }

  #shown({ wrapped, about, rows, inputs, changed, unchanged, rejected, ...row }: Row): Import {
    const opened =
      about === null || wrapped === null
        ? {}
        : (this.#key(row.workspaceId, row.id, wrapped).open(about, 'about') as About);
    return { ...row, counts: { rows, inputs, changed, unchanged, rejected }, about: opened };
  }
}

const place = (kind: 'content' | 'rejects', at: number): string => `${kind}:${at}`;

async function addPart(
  tx: PoolClient,
  { workspaceId, id }: { readonly workspaceId: Uuid; readonly id: Uuid },
  kind: 'content' | 'rejects',
  at: number,
  sealed: Buffer,
): Promise<void> {
  await query(tx, bind(ADD_PART, [workspaceId, id, kind, at, sealed]));
}

/** Rejects of the rows up to `rows`, in the caller's transaction. */
export async function addRejects(
  tx: PoolClient,
  ref: { readonly workspaceId: Uuid; readonly id: Uuid },
  key: DataKey,
  rows: number,
  rejects: readonly Reject[],
): Promise<void> {
  if (rejects.length === 0) return;
  await addPart(tx, ref, 'rejects', rows, key.seal(rejects as unknown as Json, place('rejects', rows)));
}
