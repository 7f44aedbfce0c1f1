/** Effects of kinds that nothing carries out yet: they wait, and past their time they are recorded as expired. */
import type { Target } from './target.js';

export const NOT_CARRIED_OUT = 'not_carried_out_yet';

const LOOK_AGAIN_MS = 3_600_000;

export const unattendedTarget: Target = {
  name: 'unattended',
  concurrency: 200,
  carryOut: async () => ({ result: 'postponed', reason: NOT_CARRIED_OUT, afterMs: LOOK_AGAIN_MS }),
};
