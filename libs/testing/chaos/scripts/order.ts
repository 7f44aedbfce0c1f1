/** A process dies in the middle of a batch, so that the batch is decided a second time. */
import { killed } from '../fault.js';
import { standaloneShape } from '../standalone-shape.js';
import type { Script } from './script.js';

export const order: Script = {
  name: 'order',
  shape: standaloneShape,
  red: { kind: 'misordered', sentence: /on record, told in the order/ },
  async run({ shape, senders }) {
    const [instance] = shape.ingest;
    const atThePoint = instance.reaches('mid-batch', { of: 'rules' });
    const events = senders.happenings('order@example.net', ['opened', 'clicked', 'clicked', 'opened', 'custom.form']);
    const telling = senders.tell('generic-hmac', events);
    await atThePoint;
    await telling.acknowledged;
    await killed(instance, 0);
  },
};
