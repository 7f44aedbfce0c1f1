/** What an import quotes of its file goes after its time: the file itself, rejects, samples and their key. Its counts stay. */
import type { Pool } from 'pg';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

const TRIM = statement(
  'imports.import.trim',
  `with old as (
  select workspace_id, id from imports.import
  where key_wrapped is not null and coalesce(finished_at, updated_at) < $1 and state not in ('waiting', 'running')
), parts as (
  delete from imports.part p using old where p.workspace_id = old.workspace_id and p.import_id = old.id
)
update imports.import i set key_wrapped = null, about = null,
  state = case when i.state = 'receiving' then 'failed' else i.state end
from old where i.workspace_id = old.workspace_id and i.id = old.id`,
);

/** Of imports that ended, or were never whole, before `before` (milliseconds). Answers of how many. Rejects with WorldError. */
export async function trimImports(pool: Pool, before: number): Promise<number> {
  return (await query(pool, bind(TRIM, [new Date(before)]))).rowCount ?? 0;
}
