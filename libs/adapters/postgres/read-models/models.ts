/** Versions of the read models: rows folded by another version of the code must be replayed before they are trusted. */
import { READ_MODELS } from '#contracts/read-models.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';
import { plainArray, textArray } from './array-literal.js';

const ALL = statement('read.model.list', 'select name, version from read.model order by name');
const MARK = statement(
  'read.model.mark',
  `insert into read.model (name, version) select name, version from unnest($1::text[], $2::integer[]) as r(name, version)
on conflict (name) do update set version = excluded.version`,
);

export interface StaleModel {
  readonly name: string;
  /** Version its rows were folded by; null: none. */
  readonly stored: number | null;
  /** Version of this process; null: it does not know the model, because it is an older process. */
  readonly expected: number | null;
}

/** Models whose rows are of another version than this process folds; empty when all is well. */
export async function staleModels(pool: Pool): Promise<readonly StaleModel[]> {
  const { rows } = await query<{ name: string; version: number }>(pool, bind(ALL, []));
  const stored = new Map(rows.map(({ name, version }) => [name, version]));
  const expected = new Map<string, number>(Object.entries(READ_MODELS));
  const names = [...new Set([...stored.keys(), ...expected.keys()])].sort();
  return names
    .map((name) => ({ name, stored: stored.get(name) ?? null, expected: expected.get(name) ?? null }))
    .filter((model) => model.stored !== model.expected);
}

/** Says that the rows of all workspaces are of this process's versions: after a replay of every one. */
export async function markModels(pool: Pool): Promise<void> {
  const versions = Object.entries(READ_MODELS);
  const values = [textArray(versions.map(([name]) => name)), plainArray(versions.map(([, version]) => version))];
  await query(pool, bind(MARK, values));
}
