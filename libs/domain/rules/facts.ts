/** What a rule may know of a contact: the part of its state that conditions read and actions compare with. */
import type { Json } from '#contracts/json.js';
import type { Buckets } from './history/buckets.js';
import type { Grants } from './score.js';

export interface ContactFacts {
  /** Milliseconds: since when it is known. */
  readonly since?: number;
  /** Its current address. */
  readonly email: string | null;
  /** Every address it was met under, by subject. */
  readonly addresses: { readonly [subject: string]: string };
  /** What stays of it; `scoreAt` of score.ts adds what expires. */
  readonly score: number;
  readonly grants?: Grants;
  readonly stage: string | null;
  readonly owner: string | null;
  /** IANA name. */
  readonly timeZone: string | null;
  /** By purpose. */
  readonly consent: { readonly [purpose: string]: { readonly given: boolean } };
  /** Sorted. */
  readonly tags: readonly string[];
  readonly attributes: { readonly [name: string]: Json };
  /** By subject of the address, then by scope. */
  readonly suppressions: {
    readonly [subject: string]: {
      readonly [scope: string]: { readonly on: boolean; readonly reason: string; readonly person?: true };
    };
  };
  /** By sequence. */
  readonly enrollments: { readonly [sequence: string]: { readonly id: string } };
  /** Latest occurredAt by engagement type, milliseconds. */
  readonly last: { readonly [type: string]: number };
  /** By counter id; one that counted nothing within its horizon is absent. */
  readonly counters: { readonly [id: string]: Buckets };
  /** By name of each that was judged: since when the contact is a member, milliseconds; null: it is none. */
  readonly segments?: { readonly [name: string]: { readonly since: number | null } };
}

/** Own member of a dictionary whose names come from outside, or undefined. */
export function member<T>(of: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined;
}

type Suppressed = Pick<ContactFacts, 'suppressions' | 'addresses'>;

/**
 * Scopes in force for one address of the contact, sorted (engine.md 2: per address and per contact). A hard bounce is of its address
 * alone; everything else a person, a rule or people of ours said is of all of them. `subject` null: of whichever address.
 */
export function suppressedScopes({ suppressions, addresses }: Suppressed, subject: string | null): string[] {
  const scopes = new Set<string>();
  for (const [of, byScope] of Object.entries(suppressions)) {
    const elsewhere = subject !== null && of !== subject && member(addresses, of) !== undefined;
    for (const [scope, entry] of Object.entries(byScope))
      if (entry.on && !(elsewhere && isOfAddressAlone(entry))) scopes.add(scope);
  }
  return [...scopes].sort();
}

/** A hard bounce, and nothing else was said. */
export function isOfAddressAlone(entry: { readonly reason: string; readonly person?: true }): boolean {
  return entry.reason === 'hard_bounce' && entry.person === undefined;
}

/** Subject of the current address; null where there is none. */
export function currentSubject({ email, addresses }: Pick<ContactFacts, 'email' | 'addresses'>): string | null {
  if (email === null) return null;
  return Object.keys(addresses).find((subject) => addresses[subject] === email) ?? null;
}
