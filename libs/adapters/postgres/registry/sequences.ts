/** Sequences that a workspace declares. */
import type { Uuid } from '#contracts/ids.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

export interface SequenceRow {
  readonly name: string;
  readonly description: string;
}

const LIST = statement(
  'registry.sequence.list',
  'select name, description from registry.sequence where workspace_id = $1 order by name',
);
const SAVE = statement(
  'registry.sequence.save',
  `insert into registry.sequence as s (workspace_id, name, description)
select $1, d.name, d.description from unnest($2::text[], $3::text[]) as d(name, description)
on conflict (workspace_id, name) do update set description = excluded.description, updated_at = now()
where s.description <> excluded.description`,
);

/** By name. */
export async function listSequences(pool: Pool, workspaceId: Uuid): Promise<readonly SequenceRow[]> {
  return (await query<SequenceRow & Record<string, unknown>>(pool, bind(LIST, [workspaceId]))).rows;
}

/** Beside those that are there: a name stays for ever, for contacts have been in it. */
export async function saveSequences(pool: Pool, workspaceId: Uuid, sequences: readonly SequenceRow[]): Promise<void> {
  if (sequences.length === 0) return;
  const columns = [sequences.map(({ name }) => name), sequences.map(({ description }) => description)];
  await query(pool, bind(SAVE, [workspaceId, ...columns]));
}
