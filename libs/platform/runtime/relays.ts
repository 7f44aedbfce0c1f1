/** The relays of a process: any process may run them, because a lane has one owner at a time. */
import { Relay } from '#engine/outbox/relay.js';
import type { Probe } from '../health/watched.js';
import type { Runtime } from './runtime.js';

export interface Relays {
  /** Something was committed to the outbox: relay it now. */
  wake(): void;
  drain(): Promise<void>;
  readonly probe: Probe;
}

/** Starts what carries committed rows to the log. */
export function startRelays({ outbox, log }: Pick<Runtime, 'outbox' | 'log'>): Relays {
  const decided = log.startRelay();
  const relays = [new Relay(outbox, log).start(), ...(decided === null ? [] : [decided])];
  return {
    wake: () => {
      for (const relay of relays) relay.wake();
    },
    drain: async () => {
      await Promise.all(relays.map((relay) => relay.drain()));
    },
    probe: {
      part: 'relay',
      troubles: async () =>
        relays.flatMap((relay) =>
          [...relay.troubles()].map(([lane, { message }]) => `lane ${lane} stands still: ${message}`),
        ),
    },
  };
}
