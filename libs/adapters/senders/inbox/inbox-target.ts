/** The inbox: the read model shows what is settled as delivered, so there is nothing to carry anywhere. */
import type { Attempt, Target } from '#engine/effects/target.js';

const DELIVERED: Attempt = { result: 'delivered' };

export const inboxTarget: Target = {
  name: 'inbox',
  concurrency: 200,
  carryOut: async () => DELIVERED,
};
