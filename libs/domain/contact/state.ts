/**
 * A contact's state: a fold of its events, plain JSON. It is canonical in memory (fixed key order, dictionaries sorted), so that
 * JSON.stringify gives the same bytes however it was reached.
 *
 * It is bounded: attributes, tags, consents, enrollments, identities and aliases have a cap each (what is above is refused, or not kept); counters keep
 * at most 1,441 + 721 + 401 buckets each and a workspace has at most 200 of them; firings keep at most the limit's number a rule and
 * leave with its window; clicks and deliveries leave after some hours; engagements that settle leave when they have, within a day; segments are as many as the workspace has; notifications and outcomes keep the latest; suppressions are one
 * entry for a scope of an address, and above a number of scopes one for all.
 */
import type { SettlingEngagement } from '#contracts/alias-state.js';
import type { Uuid } from '#contracts/ids.js';
import type { Json } from '#contracts/json.js';
import type { Buckets } from '#domain/rules/history/buckets.js';
import type { Grants } from '#domain/rules/score.js';
import type { Dict } from './dict.js';

/**
 * The last word on one scope of one address. `reason`: why it is suppressed, or what lifted it. `at`: occurredAt of that. `person`: beside
 * the hard bounce, which is of the address alone, something was said that is of the person.
 */
export type SuppressionEntry = {
  readonly on: boolean;
  readonly reason: string;
  readonly at: number;
  readonly person?: true;
};

export type Enrollment = { readonly id: Uuid; readonly at: number };

/** `at`: when the person said so. */
export type Consent = { readonly given: boolean; readonly at: number };

export type NotificationState = 'open' | 'taken' | 'done';

/** A click whose actor the provider did not state, while later ones may still show that a machine made it (clicks.ts). */
export type RecentClick = {
  /** Its `engagement_recorded`, and the input that brought it. */
  readonly id: Uuid;
  readonly input: Uuid;
  readonly sourceId: Uuid;
  readonly message: string;
  readonly link: string;
  /** Milliseconds: when it counted. */
  readonly at: number;
  readonly actor: 'human' | 'unknown' | 'machine';
  /** Counters that count it and would not if a machine clicked, and the other way round. */
  readonly less: readonly string[];
  readonly more: readonly string[];
  /** Score that rules granted because of it, and that which expires. */
  readonly points: number;
  readonly grants?: Grants;
};

/** `version`: under which it was judged last. `since`: when the contact became a member, milliseconds; null: it is none. */
export type SegmentKnown = { readonly version: number; readonly since: number | null };

export type Settling = SettlingEngagement;

/** When a message was delivered, milliseconds. */
export type RecentDelivery = { readonly message: string; readonly at: number };

/** A subject that is, or is about to be, one of this contact. */
export type Alias = {
  /** Its state is part of this one. Until then it is only promised. */
  readonly merged: boolean;
  /** How many aliases of its own it was to bring: their places are kept. 0 once it is merged. */
  readonly aliases: number;
  /** Of its last event; 0 until it is merged. */
  readonly version: number;
};

/** A request to join another contact that is not answered yet. */
export type Asking = {
  /** Its `link_requested`. */
  readonly requestId: Uuid;
  readonly to: Uuid;
  /** The input that asked for it, where it was a command. */
  readonly commandId: Uuid | null;
  readonly moved: boolean;
};

/** One that asked to join while this contact's own request was pending. */
export type Waiting = { readonly alias: Uuid; readonly requestId: Uuid; readonly aliases: number };

export type ContactState = {
  readonly workspaceId: Uuid;
  readonly contactId: Uuid;
  /** Of the last event folded in. */
  readonly version: number;
  /** recordedAt of its first event, milliseconds; of the contact known first, where aliases joined it. 0 before. */
  readonly since: number;
  /** Of the last event folded in, milliseconds. */
  readonly recordedAt: number;
  /** Its current address. */
  readonly email: string | null;
  /** Every address it was met under, by subject. */
  readonly addresses: Dict<string>;
  /** `KIND:VALUE` of each identity it was met under; sorted. */
  readonly identities: readonly string[];
  readonly attributes: Dict<Json>;
  /** Sorted. */
  readonly tags: readonly string[];
  /** What stays of it; scoreAt (rules/score.ts) adds what is left of the grants. */
  readonly score: number;
  /** Those that expire and have not yet. */
  readonly grants: Grants;
  readonly stage: string | null;
  readonly owner: string | null;
  /** IANA name. */
  readonly timeZone: string | null;
  /** By purpose. */
  readonly consent: Dict<Consent>;
  /** Forgotten, until it is written anew. */
  readonly deleted: boolean;
  /** By subject of the address, then by scope. */
  readonly suppressions: Dict<Dict<SuppressionEntry>>;
  /** By sequence. */
  readonly enrollments: Dict<Enrollment>;
  /** Recorded ones, those of its aliases too. */
  readonly engagements: number;
  /** Latest occurredAt by engagement type. */
  readonly last: Dict<number>;
  /** Which set of counters this state keeps: that of the rules in force at its last event. */
  readonly countersKey: string;
  /** By counter id; absent: nothing within its horizon. */
  readonly counters: Dict<Buckets>;
  /** In the order of their recording; of the last hours, and a few only. */
  readonly clicks: readonly RecentClick[];
  readonly deliveries: readonly RecentDelivery[];
  /** By rule, and by firingsOfGroup: until when each firing counts against its limit, and when it fired. Flat: at, until, at, until …; in order of firing. */
  readonly firings: Dict<readonly number[]>;
  /** Latest last. */
  readonly notifications: readonly { readonly effectId: Uuid; readonly state: NotificationState }[];
  /** Effects at targets that are known to be delivered (`EFFECT TARGET`): nothing is recorded of them any more. Latest last. */
  readonly delivered: readonly string[];
  /** Set once it is an alias: its inputs are forwarded there. */
  readonly linkedTo: Uuid | null;
  readonly asking: Asking | null;
  readonly waiting: readonly Waiting[];
  /** By subject: those of aliases too. */
  readonly aliases: Dict<Alias>;
  /** Keys met together with this one and told so, and when, milliseconds; those that have not joined yet. */
  readonly suggested: Dict<number>;
  /** Engagements that rules have not been asked about yet, in the order of their recording. */
  readonly settling: readonly Settling[];
  /** The score as rules were last told of it. */
  readonly scoreTold: number;
  /** By purpose: when it is to be looked at again, milliseconds. All of them have a row among the timers, or are on their way. */
  readonly timers: Dict<number>;
  /** By name of each segment on whose account something is on record. */
  readonly segments: Dict<SegmentKnown>;
};

/** Where the firings of a group stand among those of rules, whose names have no colon. */
export function firingsOfGroup(group: string): string {
  return `group:${group}`;
}

export { MAX_ADDRESSES, MAX_IDENTITIES } from '#contracts/alias-state.js';
export const MAX_CONSENTS = 50;
/** What is above is refused: whoever has that many is no person. */
export const MAX_ALIASES = 100;
export const MAX_WAITING = 20;
export const MAX_SUGGESTED = 20;
export const MAX_TYPES = 100;
/** Of an address, beside `all`. */
export const MAX_SCOPES = 100;
/** Characters; what rules may name is shorter. */
export const MAX_SCOPE = 120;
export const MAX_NOTIFICATIONS = 100;
export const MAX_DELIVERED = 100;
export const MAX_CLICKS = 20;
export const MAX_DELIVERIES = 10;
export const MAX_SETTLING = 50;

export function initial(workspaceId: Uuid, contactId: Uuid): ContactState {
  return {
    workspaceId,
    contactId,
    version: 0,
    since: 0,
    recordedAt: 0,
    email: null,
    addresses: {},
    identities: [],
    attributes: {},
    tags: [],
    score: 0,
    grants: [],
    stage: null,
    owner: null,
    timeZone: null,
    consent: {},
    deleted: false,
    suppressions: {},
    enrollments: {},
    engagements: 0,
    last: {},
    countersKey: '',
    counters: {},
    clicks: [],
    deliveries: [],
    firings: {},
    notifications: [],
    delivered: [],
    linkedTo: null,
    asking: null,
    waiting: [],
    aliases: {},
    suggested: {},
    settling: [],
    scoreTold: 0,
    timers: {},
    segments: {},
  };
}
