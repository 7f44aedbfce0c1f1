/** Declared attributes of a workspace. */
import type { PoolClient } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';

export interface AttributeRow {
  readonly name: string;
  readonly scalar: string;
  readonly list: boolean;
  /** Of an enum. */
  readonly values: readonly string[];
  readonly description: string;
  readonly deprecated: string | null;
  readonly aliases: readonly string[];
  readonly version: number;
  /** Milliseconds. */
  readonly updatedAt: number;
}

export type NewAttribute = Omit<AttributeRow, 'version' | 'updatedAt'>;

const COLUMNS = `name, scalar, list, enum_values as values, description, deprecated, aliases, version, updated_at as "updatedAt"`;
const LIST = statement(
  'registry.attribute.list',
  `select ${COLUMNS} from registry.attribute where workspace_id = $1 order by name`,
);
const LOCK = statement('registry.workspace.lock', 'select id from registry.workspace where id = $1 for no key update');
const REMOVE = statement(
  'registry.attribute.remove',
  'delete from registry.attribute where workspace_id = $1 and name = any ($2::text[])',
);
const SAVE = statement(
  'registry.attribute.save',
  `insert into registry.attribute as a (workspace_id, name, scalar, list, enum_values, description, deprecated, aliases)
values ($1, $2, $3, $4, $5::text[], $6, $7, $8::text[])
on conflict (workspace_id, name) do update set scalar = excluded.scalar, list = excluded.list, enum_values = excluded.enum_values,
  description = excluded.description, deprecated = excluded.deprecated, aliases = excluded.aliases,
  version = a.version + 1, updated_at = now()
where (a.scalar, a.list, a.enum_values, a.description, a.deprecated, a.aliases)
  is distinct from (excluded.scalar, excluded.list, excluded.enum_values, excluded.description, excluded.deprecated, excluded.aliases)`,
);

/** By name. */
export async function listAttributes(pool: Pool | PoolClient, workspaceId: Uuid): Promise<readonly AttributeRow[]> {
  const { rows } = await query<AttributeRow & Record<string, unknown>>(pool, bind(LIST, [workspaceId]));
  return rows;
}

/**
 * Declares. `decide` sees what is declared, while nobody else changes it, and says what to save, or throws. Rows whose name became an
 * alias of another are gone.
 */
export function changeAttributes(
  pool: Pool,
  workspaceId: Uuid,
  decide: (before: readonly AttributeRow[]) => Promise<readonly NewAttribute[]>,
): Promise<readonly AttributeRow[]> {
  return inTransaction(pool, async (tx) => {
    await query(tx, bind(LOCK, [workspaceId]));
    const saved = await decide(await listAttributes(tx, workspaceId));
    await query(tx, bind(REMOVE, [workspaceId, saved.flatMap(({ aliases }) => aliases)]));
    for (const { name, scalar, list, values, description, deprecated, aliases } of saved)
      await query(tx, bind(SAVE, [workspaceId, name, scalar, list, values, description, deprecated, aliases]));
    return listAttributes(tx, workspaceId);
  });
}
