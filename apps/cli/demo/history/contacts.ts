/** The contacts of a history: invented, at a domain that RFC 2606 keeps free for examples; each with a way of reading mail. */
import { oneOf } from './random.js';

/** How a contact behaves, with its share of them. */
export const HABITS = {
  buyer: 0.06,
  clicker: 0.14,
  opener: 0.24,
  'apple-mail': 0.16,
  scanner: 0.06,
  silent: 0.22,
  bouncer: 0.04,
  'full-mailbox': 0.03,
  leaver: 0.04,
  complainer: 0.01,
} as const;
export type Habit = keyof typeof HABITS;

export interface HistoryContact {
  readonly email: string;
  readonly firstName: string;
  readonly company: string;
  readonly habit: Habit;
  /** Milliseconds: when it was written first. */
  readonly since: number;
}

const FIRST = [
  'Alva',
  'Bela',
  'Cleo',
  'Dario',
  'Edda',
  'Farid',
  'Greta',
  'Hugo',
  'Iris',
  'Jaro',
  'Kian',
  'Lena',
  'Milo',
  'Nina',
  'Otto',
];
const LAST = [
  'Adler',
  'Brandt',
  'Costa',
  'Duval',
  'Eklund',
  'Ferro',
  'Graf',
  'Hansen',
  'Ito',
  'Jansen',
  'Kovac',
  'Lund',
  'Moreau',
  'Novak',
];
const COMPANIES = [
  'Norland Freight',
  'Kestrel Labs',
  'Harbour & Co',
  'Brightwater',
  'Polder Foods',
  'Alpenblick',
  'Sakura Textiles',
];
const DAY = 86_400_000;

/** Three of four are there from the first day; the others come in over time. */
export function historyContacts(
  random: () => number,
  count: number,
  from: number,
  days: number,
): readonly HistoryContact[] {
  return Array.from({ length: count }, (_, n) => {
    const [first, last] = [oneOf(random, FIRST), oneOf(random, LAST)];
    return {
      email: `${first}.${last}.${n + 1}@example.com`.toLowerCase(),
      firstName: first,
      company: oneOf(random, COMPANIES),
      habit: habitAt(random()),
      since: from + (random() < 0.75 ? Math.floor(random() * 3_600_000) : Math.floor(random() * days * 0.8 * DAY)),
    };
  });
}

function habitAt(chance: number): Habit {
  let below = 0;
  for (const [habit, share] of Object.entries(HABITS) as [Habit, number][]) {
    below += share;
    if (chance < below) return habit;
  }
  return 'silent';
}
