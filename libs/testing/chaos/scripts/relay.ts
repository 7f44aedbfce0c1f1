/** A process dies when its relay has produced and not moved its mark, and again when it has moved its mark. */
import { OUTCOME_LANE } from '#adapters/postgres/effect-queue/effect-queue.js';
import { killed } from '../fault.js';
import { standaloneShape } from '../standalone-shape.js';
import type { Script } from './script.js';

export const relay: Script = {
  name: 'relay',
  shape: standaloneShape,
  // What the webhook answered never came back to its contact.
  red: { kind: 'stuck', sentence: /is requested, at the webhook null/ },
  async run({ shape, senders }) {
    const [instance] = shape.ingest;
    for (const point of ['after-produce', 'after-mark'] as const) {
      // Other lanes have a relay too: what they lose at a start is not what this script looks for.
      const atThePoint = instance.reaches(point, { of: OUTCOME_LANE });
      const form = senders.happenings(`${point}@example.net`, ['custom.form']);
      await senders.tell('generic-hmac', form).acknowledged;
      await atThePoint;
      await killed(instance, 0);
    }
  },
};
