/** What the senders' journal says must have come about. */
import { readFileSync } from 'node:fs';
import type { JournalLine, SentEvent } from '../senders/journal.js';

export interface Expected {
  /** Per contact: what it was told of, in the order of telling. */
  readonly contacts: ReadonlyMap<string, readonly SentEvent[]>;
  /** Names of requests that no one acknowledged: whether their events were applied is unknown. */
  readonly unacknowledged: readonly string[];
  readonly maybe: ReadonlySet<string>;
  /** Engagements in all answers of 2xx, repeats included: so many the books must have accepted at least. */
  readonly acknowledged: number;
  /** Answers of 2xx to what had been acknowledged before. */
  readonly repeats: number;
}

export function readJournal(path: string): readonly JournalLine[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as JournalLine);
}

/** Lines in the order of writing: one lane's requests follow one another. */
export function expectedOf(lines: readonly JournalLine[]): Expected {
  const sent = new Map<string, Extract<JournalLine, { kind: 'sent' }>>();
  const acknowledged = new Map<string, number>();
  for (const line of lines) {
    if (line.kind === 'sent') sent.set(line.request, line);
    else if (line.status >= 200 && line.status < 300)
      acknowledged.set(line.request, (acknowledged.get(line.request) ?? 0) + 1);
  }
  const contacts = new Map<string, SentEvent[]>();
  const maybe = new Set<string>();
  const unacknowledged: string[] = [];
  for (const { request, again, events } of sent.values()) {
    if (again) continue;
    if (!acknowledged.has(request)) {
      unacknowledged.push(request);
      for (const { ref } of events) maybe.add(ref);
    }
    for (const event of events) {
      const told = contacts.get(event.contact) ?? [];
      told.push(event);
      contacts.set(event.contact, told);
    }
  }
  const sizes = [...acknowledged].map(([request, times]) => ({ of: sent.get(request), times }));
  return {
    contacts,
    unacknowledged,
    maybe,
    acknowledged: sum(sizes.map(({ of, times }) => times * (of?.events.length ?? 0))),
    repeats: sizes.filter(({ of }) => of?.again).length,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
