/** What a contact asks before its rule acts on what is shared, and the answer. */
import type { Uuid } from '#contracts/ids.js';
import type { Owner } from '#domain/rules/teams/teams.js';

/** At most `count` within `window` milliseconds, counted back from the moment of the question. */
export interface Cap {
  readonly count: number;
  readonly window: number;
}

/** Of a team, in its order. `weight`: turns in a round, an integer from 1. */
export interface Candidate extends Pick<Owner, 'email' | 'zone' | 'hours'> {
  readonly weight: number;
}

export interface Rotation {
  readonly candidates: readonly Candidate[];
  /** While none that has room is at work: the rotation goes on among all that have, or nobody gets it. */
  readonly outsideHours: 'anyone' | 'nobody';
}

export interface Question {
  /** Deterministic: the same question is answered once. */
  readonly id: Uuid;
  readonly perRule: Cap | null;
  /** Counts for the owner whose turn it is, else for `owner`. */
  readonly perOwner: Cap | null;
  /** The contact's, as it asks; null: nobody's, and no cap of an owner applies. */
  readonly owner: string | null;
  readonly rotation: Rotation | null;
}

/** `owner_cap`: all who could get it have as many as they may. `nobody_available`: of those with room none is at work. */
export type Refusal = 'rule_cap' | 'owner_cap' | 'nobody_available';
