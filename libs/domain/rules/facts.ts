/** What a rule may know of a contact: the part of its state that conditions read and actions compare with. */
import type { Json } from '#contracts/json.js';
import type { Buckets } from './history/buckets.js';

export interface ContactFacts {
  readonly email: string | null;
  readonly score: number;
  readonly stage: string | null;
  readonly owner: string | null;
  /** Sorted. */
  readonly tags: readonly string[];
  readonly attributes: { readonly [name: string]: Json };
  /** By subject of the address, then by scope. */
  readonly suppressions: {
    readonly [subject: string]: { readonly [scope: string]: { readonly on: boolean; readonly reason: string } };
  };
  /** By sequence. */
  readonly enrollments: { readonly [sequence: string]: { readonly id: string } };
  /** Latest occurredAt by engagement type, milliseconds. */
  readonly last: { readonly [type: string]: number };
  /** By counter id; one that counted nothing within its horizon is absent. */
  readonly counters: { readonly [id: string]: Buckets };
}

/** Own member of a dictionary whose names come from outside, or undefined. */
export function member<T>(of: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined;
}

/** Scopes in force for any address of the contact, sorted. */
export function suppressedScopes(facts: Pick<ContactFacts, 'suppressions'>): string[] {
  const scopes = new Set<string>();
  for (const bySubject of Object.values(facts.suppressions)) {
    for (const [scope, entry] of Object.entries(bySubject)) if (entry.on) scopes.add(scope);
  }
  return [...scopes].sort();
}
