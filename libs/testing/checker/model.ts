/** What the rules of the fault run (chaos/library) make of a contact, told a second time and in another way than the engine does. */
import type { SentEvent } from '../senders/journal.js';

export interface Outcome {
  readonly score: number;
  readonly lastTouch: string | null;
  readonly tags: readonly string[];
  readonly suppressed: boolean;
  readonly sequences: readonly string[];
  /** Titles of the notifications asked for, in order; one effect each. */
  readonly notifications: readonly string[];
}

const ENROLLED_AT = 3;

export function outcomeOf(contact: string, events: readonly SentEvent[]): Outcome {
  let score = 0;
  let lastTouch: string | null = null;
  let clicks = 0;
  let suppressed = false;
  const tags = new Set<string>();
  const notifications: string[] = [];
  for (const { type, ref } of events) {
    if (type === 'clicked') {
      clicks += 1;
      // An open before a click counts more: the order of the two decides.
      score += lastTouch === 'open' ? 3 : 1;
      if (lastTouch === 'open') tags.add('opened-first');
      lastTouch = 'click';
    } else if (type === 'opened') lastTouch = 'open';
    else if (type === 'unsubscribed') suppressed = true;
    else if (type === 'custom.form') {
      // Rules run by name: form before form-first.
      notifications.push(`Form ${ref}`);
      if (notifications.length === 1) notifications.push(`First form of ${contact}`);
    }
  }
  const sequences = clicks >= ENROLLED_AT ? ['nurture'] : [];
  return { score, lastTouch, tags: [...tags].sort(), suppressed, sequences, notifications };
}
