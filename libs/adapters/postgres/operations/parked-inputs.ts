/** How much is parked, by workspace. */
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

export interface ParkedInputs {
  /** Name of the workspace. */
  readonly workspace: string;
  readonly inputs: number;
}

// `limit`: the cost is that of the answer, however much is parked.
const PARKED = statement(
  'engine.parked.waiting',
  `select w.name as workspace, p.inputs from registry.workspace w
cross join lateral (
  select count(*) as inputs from (
    select from engine.parked k where k.workspace_id = w.id and k.state = 'parked' limit $1
  ) waiting
) p
where p.inputs > 0 order by w.name`,
);

/** Workspaces with parked inputs, counted up to `atMost` each. Rejects with WorldError. */
export async function parkedInputs(pool: Pool, atMost: number): Promise<readonly ParkedInputs[]> {
  return (await query<ParkedInputs & Record<string, unknown>>(pool, bind(PARKED, [atMost]))).rows;
}
