/** A request is durable when its process dies, so its sender repeats it; later it repeats it under new ids. */
import { killed } from '../fault.js';
import { standaloneShape } from '../standalone-shape.js';
import type { Script } from './script.js';

export const dedup: Script = {
  name: 'dedup',
  shape: standaloneShape,
  red: { kind: 'duplicated', sentence: /was applied \d+ times/ },
  async run({ shape, senders }) {
    const [instance] = shape.ingest;
    const clicks = senders.happenings('dedup@example.net', ['opened', 'clicked', 'clicked']);
    const atThePoint = instance.reaches('mid-request');
    const telling = senders.tell('sendgrid', clicks);
    await atThePoint;
    await killed(instance, 0);
    await telling.acknowledged;
    await senders.again('sendgrid', clicks);
  },
};
