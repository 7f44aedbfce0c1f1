/** A process dies with a verified request in hand that is not on the log yet. */
import { killed } from '../fault.js';
import { standaloneShape } from '../standalone-shape.js';
import type { Script } from './script.js';

export const earlyAck: Script = {
  name: 'early-ack',
  shape: standaloneShape,
  red: { kind: 'lost', sentence: /was acknowledged and is not on record/ },
  async run({ shape, senders }) {
    const [instance] = shape.ingest;
    const atThePoint = instance.reaches('before-durable');
    const telling = senders.tell('generic-hmac', senders.happenings('early@example.net', ['opened', 'clicked']));
    await atThePoint;
    // It must not be a 2xx: the request is nowhere yet.
    await telling.answered;
    await killed(instance, 0);
    await telling.acknowledged;
  },
};
