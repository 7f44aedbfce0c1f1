/** The firing of timers, wired: any process of the rules may, one at a time does. */
import { PostgresTimers } from '#adapters/postgres/timers/timers.js';
import { hasUnrelayedTimers } from '#adapters/postgres/timers/unrelayed.js';
import { TimerFiring } from '#engine/timers/firing.js';
import type { Probe } from '#platform/health/watched.js';
import { bulkGate } from '#platform/runtime/live-first.js';
import { RULES_GROUP, type Runtime } from '#platform/runtime/runtime.js';

export interface RunningTimers {
  drain(): Promise<void>;
  readonly probe: Probe;
}

type Firing = Pick<Runtime, 'pool' | 'log' | 'checkpoints' | 'topics' | 'clock' | 'logger'>;

/** `fired`: inputs were committed to the outbox. */
export function startTimers(runtime: Firing, fired: () => void): RunningTimers {
  const { pool, topics, clock, logger } = runtime;
  const gate = bulkGate(runtime, RULES_GROUP, () => topics.engagements);
  const firing = new TimerFiring({
    timers: new PostgresTimers(pool),
    gate: {
      // What is in the outbox is no lag of a partition yet.
      open: async () => {
        const open = await gate.open();
        return (await hasUnrelayedTimers(pool)) ? { ...open, open: [] } : open;
      },
    },
    topic: () => topics.engagements,
    clock,
    fired,
    onFault: (error) => logger.error({ err: error }, 'timers could not be fired: an operator must act; tried again'),
  }).start();
  return {
    drain: () => firing.drain(),
    probe: {
      part: 'timers',
      troubles: async () => {
        const trouble = firing.trouble();
        return trouble ? [`What is due waits: timers cannot be fired (${trouble.name}).`] : [];
      },
    },
  };
}
