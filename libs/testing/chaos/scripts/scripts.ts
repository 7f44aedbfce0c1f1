import { dedup } from './dedup.js';
import { earlyAck } from './early-ack.js';
import { fence } from './fence.js';
import { order } from './order.js';
import { relay } from './relay.js';
import type { Script } from './script.js';

/** One for each break. */
export const SCRIPTS: readonly Script[] = [dedup, fence, order, relay, earlyAck];
