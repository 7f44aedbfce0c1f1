/** What may befall a batch, at will, in tests: a handler that bears all of it is delivered at least once and applies once. */
import { WorldError } from './errors.js';
import type { Batch, Subscription } from './log.js';
import type { MemoryCheckpoints } from './memory-checkpoints.js';

export type Fate =
  | 'deliver'
  /** The process is gone before the handler did anything: the batch comes again. */
  | 'lost-before'
  /** The transaction commits and the answer is lost: the outcome is unknown to the runner. */
  | 'lost-after'
  /** Another owner takes the partition while the handler runs, and gives it back. */
  | 'deposed';

const THIEF = 'thief';

/** The subscription's handler, with the fate of each batch worked in. */
export function misfortune(
  subscription: Subscription,
  checkpoints: MemoryCheckpoints,
  fateOf: (batch: Batch) => Fate,
): Subscription['onBatch'] {
  return async (batch) => {
    const fate = fateOf(batch);
    if (fate === 'lost-before') throw new WorldError('the process was gone before the batch');
    if (fate === 'deposed') await depose(checkpoints, batch);
    await subscription.onBatch(batch);
    if (fate === 'lost-after') throw new WorldError('the answer to the commit was lost');
  };
}

async function depose(checkpoints: MemoryCheckpoints, { fence }: Batch): Promise<void> {
  const { group, topic, partition } = fence;
  checkpoints.expire(group, topic, partition);
  const taken = await checkpoints.take(group, topic, partition, THIEF);
  if (taken === null) throw new Error('an expired lease could not be taken');
  await checkpoints.forgive(taken.fence);
  await checkpoints.release(taken.fence);
}
