/**
 * What an alias hands to its owner: its state as its last event left it. Without counters: the owner counts anew, from the record of both;
 * and without its effects: what becomes of them is decided where they were asked for. Stored within inputs and events: new members are optional, none is renamed. Times in milliseconds.
 */

import type { EngagementInput, EngagementPii } from './engagement-input.js';
import type { Uuid } from './ids.js';
import type { Json } from './json.js';

/** An engagement that some rules wait with. `id`: of its `engagement_recorded`. */
export interface SettlingEngagement {
  readonly id: Uuid;
  /** When it occurred. */
  readonly at: number;
  readonly waits: readonly { readonly rule: string; readonly until: number }[];
  readonly data: EngagementInput['data'];
  readonly pii: EngagementPii;
}

export const MAX_ADDRESSES = 100;
export const MAX_IDENTITIES = 200;

/** By subject of the address, then by scope. `person`: beside a hard bounce something was said that is of the person. */
export interface SuppressionsBySubject {
  readonly [subject: Uuid]: {
    readonly [scope: string]: {
      readonly on: boolean;
      readonly reason: string;
      readonly at: number;
      readonly person?: true;
    };
  };
}

export interface AliasState {
  /** Of its last event. */
  readonly version: number;
  readonly email: string | null;
  /** By subject. */
  readonly addresses: { readonly [subject: Uuid]: string };
  /** `KIND:VALUE`. */
  readonly identities: readonly string[];
  readonly attributes: { readonly [name: string]: Json };
  readonly tags: readonly string[];
  readonly score: number;
  /** Of it what expires; flat: points, from, until, points, from, until … */
  readonly grants?: readonly number[];
  readonly stage: string | null;
  readonly owner: string | null;
  readonly timeZone?: string;
  readonly consent?: { readonly [purpose: string]: { readonly given: boolean; readonly at: number } };
  readonly suppressions: SuppressionsBySubject;
  readonly enrollments: { readonly [sequence: string]: { readonly id: Uuid; readonly at: number } };
  /** Since when it was known. */
  readonly since?: number;
  /** Engagements that rules have not been asked about yet. */
  readonly settling?: readonly SettlingEngagement[];
  /** Engagements that it recorded. */
  readonly engagements: number;
  /** Latest occurredAt by engagement type. */
  readonly last: { readonly [type: string]: number };
  readonly clicks: readonly {
    readonly id: Uuid;
    readonly input: Uuid;
    readonly sourceId: Uuid;
    readonly message: string;
    readonly link: string;
    readonly at: number;
    readonly actor: 'human' | 'unknown' | 'machine';
    readonly points: number;
    readonly grants?: readonly number[];
  }[];
  readonly deliveries: readonly { readonly message: string; readonly at: number }[];
  /** By rule; flat: at, until, at, until … */
  readonly firings: { readonly [rule: string]: readonly number[] };
  /** Its own aliases. */
  readonly aliases: {
    readonly [subject: Uuid]: { readonly merged: boolean; readonly aliases: number; readonly version: number };
  };
}

/** What a contact is once an alias is part of it, as far as it may stand in clear. Times in milliseconds. */
export interface AfterMerge {
  readonly score: number;
  /** Those of its aliases too. */
  readonly engagements: number;
  /** The latest by occurredAt. */
  readonly last: { readonly type: string; readonly at: number } | null;
  /** Those that the merge made or changed. */
  readonly suppressions: SuppressionsBySubject;
  /** All whose state is part of it, sorted. */
  readonly aliases: readonly Uuid[];
}

/** The personal part of that. */
export interface ProfileAfterMerge
  extends Pick<AliasState, 'email' | 'addresses' | 'identities' | 'attributes' | 'tags' | 'stage' | 'owner'> {
  readonly timeZone: string | null;
  readonly consent: NonNullable<AliasState['consent']>;
}
