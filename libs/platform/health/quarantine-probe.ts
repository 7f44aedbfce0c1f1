/** Whether so much waits in quarantine that somebody should look. */
import { waitingInQuarantine } from '#adapters/postgres/deliveries/quarantine.js';
import type { Pool } from '#adapters/postgres/pool.js';
import type { Probe } from './watched.js';

/** `alertAt`: parts of one workspace (AFTERCLICK_QUARANTINE_ALERT). What waits stops nothing, so it is a note and no trouble. */
export function quarantineProbe(pool: Pool, alertAt: number): Probe {
  return {
    part: 'quarantine',
    troubles: async () => [],
    notes: async () => {
      const waiting = await waitingInQuarantine(pool, alertAt);
      return waiting
        .filter((one) => one.waiting >= alertAt)
        .map(
          ({ workspace }) =>
            `${alertAt} parts of requests or more wait in quarantine in workspace ${workspace}: see afterclick quarantine list.`,
        );
    },
  };
}
