/** Effects that wait in the queue or died there. */
import type { Uuid } from '#contracts/ids.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

export interface WaitingEffects {
  readonly target: string;
  readonly state: 'queued' | 'dead';
  readonly count: number;
}

const COUNT = statement(
  'delivery.effect_queue.waiting',
  `select target, state, count(*) as count from delivery.effect_queue
where workspace_id = $1 and state in ('queued', 'dead')
group by target, state order by target, state`,
);

export async function waitingEffects(pool: Pool, workspaceId: Uuid): Promise<readonly WaitingEffects[]> {
  const { rows } = await query<WaitingEffects>(pool, bind(COUNT, [workspaceId]));
  return rows;
}
