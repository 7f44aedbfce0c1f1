/** The contacts of the load. Rank 0 is met most often. */

export const CONTACTS = 100_000;
export const ZIPF = 1.1;

/** What becomes of a mail to them. */
export type Habit = 'reads' | 'bounces' | 'full-mailbox' | 'unsubscribes' | 'complains';

const TROUBLES: readonly Habit[] = ['bounces', 'full-mailbox', 'unsubscribes', 'complains'];
/** Whoever is met every second is not suppressed after the first: those who bounce or complain are among the others. */
const FAITHFUL = 1_000;
/** One in so many of the others. */
const TROUBLE_EVERY = 40;

export function addressOf(rank: number): string {
  return `contact-${rank}@customer-${rank % 5_000}.example`;
}

export function habitOf(rank: number): Habit {
  if (rank < FAITHFUL || rank % TROUBLE_EVERY !== 0) return 'reads';
  return TROUBLES[(rank / TROUBLE_EVERY) % TROUBLES.length] as Habit;
}
