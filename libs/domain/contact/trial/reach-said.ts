/** How far a rule reaches, told to people in one sentence. */

export interface Reach {
  readonly rule: string;
  /** Contacts that it would act on within its busiest day; 0: none of those that were tried. */
  readonly contacts: number;
  /** Contacts of the workspace. */
  readonly of: number;
  /** That day, YYYY-MM-DD in UTC; null: none. */
  readonly day: string | null;
  /** Contacts that it was tried on: fewer than all make `contacts` an estimate. */
  readonly sampled: number;
  /** Publishing it has to be confirmed. */
  readonly confirm: boolean;
}

/** `would act on about 4,200 of 5,000 contacts within a day (2026-11-17; tried on 400)`. */
export function reachSaid({ contacts, of, day, sampled }: Reach): string {
  if (day === null)
    return `would have acted on nobody in 30 days (tried on ${shown(sampled)} of ${shown(of)} contacts)`;
  const about = sampled < of ? 'about ' : '';
  const tried = sampled < of ? `; tried on ${shown(sampled)}` : '';
  return `would act on ${about}${shown(contacts)} of ${shown(of)} contacts within a day (${day}${tried})`;
}

/** `12,345`, wherever the process runs. */
function shown(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
