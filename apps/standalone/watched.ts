/** What readiness looks at in the standalone: every consumer of the process, and the relay. */
import type { Relay } from '#engine/outbox/relay.js';
import type { Watched } from '#platform/health/watched.js';
import type { LogServer } from '#platform/log-transport/log-server.js';

export function watchedOf(server: LogServer, relay: Relay): Watched {
  return {
    groups: () => server.consumptions(),
    probes: [
      {
        part: 'relay',
        troubles: async () =>
          [...relay.troubles()].map(([lane, { message }]) => `lane ${lane} stands still: ${message}`),
      },
    ],
  };
}
