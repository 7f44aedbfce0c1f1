/** Subscriptions that were disabled because their receiver failed for long: somebody misses changes. */
import type { Pool } from '#adapters/postgres/pool.js';
import { type DisabledWebhook, disabledWebhooks } from '#adapters/postgres/webhooks/due.js';
import type { Probe } from './watched.js';

const WHY: Readonly<Record<string, string>> = {
  failing: 'its receiver failed for three days',
  gone: 'its receiver answered 410',
  changes_expired: 'it stood still for longer than changes are kept',
};

/** Notes, not troubles: everything else is delivered. */
export function webhooksProbe(pool: Pool): Probe {
  return {
    part: 'webhooks',
    troubles: async () => [],
    notes: async () => (await disabledWebhooks(pool)).map(say),
  };
}

function say({ name, workspace, reason }: DisabledWebhook): string {
  const why = WHY[reason ?? ''] ?? 'of a failure';
  return `The webhook ${name} of workspace ${workspace} is disabled, for ${why}: see afterclick webhooks list.`;
}
