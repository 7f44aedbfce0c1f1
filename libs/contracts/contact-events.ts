/**
 * Events of a contact's stream: the record. Names and shapes here are stored: past tense, explicit, never renamed.
 * `data` is in clear and holds no personal data and no free text; `pii` is sealed under the contact's key.
 */

import type { AfterMerge, AliasState, ProfileAfterMerge } from './alias-state.js';
import type { Identity, Uuid } from './ids.js';
import type { EngagementInput, EngagementPii, LinkRefusal } from './inputs.js';
import type { Json } from './json.js';

interface Event<T extends string, D, P = null> {
  readonly type: T;
  readonly v: 1;
  readonly data: D;
  readonly pii: P;
}

/** Who asked for a change: a rule in a version, or a command from outside (`key`: id of the API key that sent it). */
export type By =
  | { readonly rule: string; readonly version: number; readonly action: string }
  | { readonly command: true; readonly key?: Uuid }
  | { readonly engine: true };

export type EngagementRecorded = Event<
  'engagement_recorded',
  EngagementInput['data'] & {
    /** occurredAt was more than 5 min ahead and is clamped to recordedAt. */
    readonly clamped?: boolean;
    /** Older than `late_after`: updates the record, neither notifies nor enrolls. */
    readonly late?: boolean;
    /** Rules that let it settle: until when they wait before they are asked about it, milliseconds. */
    readonly waits?: readonly { readonly rule: string; readonly until: number }[];
  },
  EngagementPii & {
    /** Ids of the counters in force that counted it: so that the fold needs no rules. */
    readonly counted?: readonly string[];
    /** Of a click whose actor may still be judged: those that would count it if a machine clicked; absent: the same ones. */
    readonly countedAsMachine?: readonly string[];
  }
>;
/** A click that a machine made, as later clicks or the delivery show: counters and score are as if it had been known at once. */
export type EngagementReclassified = Event<
  'engagement_reclassified',
  {
    /** Id of its `engagement_recorded`. */
    readonly engagementId: Uuid;
    readonly engagement: EngagementInput['data']['engagement'];
    readonly sourceId: Uuid;
    readonly actor: 'machine';
    readonly before: 'human' | 'unknown';
    /** `burst`: several links of one message within seconds. `at_delivery`: nobody reads as fast. */
    readonly reason: 'burst' | 'at_delivery';
    /** Milliseconds: when it was counted. */
    readonly countedAt: number;
  },
  {
    /** Counters that count it no longer, and those that do from now on. */
    readonly uncounted: readonly string[];
    readonly counted: readonly string[];
  }
>;
/** Older than the horizon (400 days): kept on record, changes nothing. */
export type EngagementTooLate = Event<'engagement_too_late', EngagementInput['data'], EngagementPii>;
export type AddressSet = Event<
  'address_set',
  {
    readonly by: By;
    /** Of the address, where it is not the contact's own key. */
    readonly subject?: Uuid;
  },
  { readonly email: string }
>;
export type AttributeSet = Event<'attribute_set', { readonly by: By; readonly name: string }, { readonly value: Json }>;
export type AttributeCleared = Event<'attribute_cleared', { readonly by: By; readonly name: string }>;
export type TagAdded = Event<'tag_added', { readonly by: By }, { readonly tag: string }>;
export type TagRemoved = Event<'tag_removed', { readonly by: By }, { readonly tag: string }>;
export type ScoreAdded = Event<
  'score_added',
  {
    readonly by: By;
    readonly points: number;
    /** Milliseconds: the points are lost bit by bit until then. Left out: they stay. */
    readonly expiresAt?: number;
  }
>;
export type StageSet = Event<'stage_set', { readonly by: By }, { readonly stage: string }>;
export type OwnerSet = Event<'owner_set', { readonly by: By }, { readonly owner: string }>;
export type TimeZoneSet = Event<'time_zone_set', { readonly by: By }, { readonly timeZone: string }>;
/** A person has given, or withdrawn, consent to a purpose. */
export type ConsentSet = Event<
  'consent_set',
  {
    readonly by: By;
    readonly given: boolean;
    /** Milliseconds: when the person said so, not after the event. */
    readonly at: number;
  },
  { readonly purpose: string; readonly source?: string }
>;
/** Forgotten at people's wish: its profile is empty and no rule is asked until it is written anew. Suppressions stay. */
export type ContactDeleted = Event<'contact_deleted', { readonly by: By }, { readonly reason?: string }>;
/** Of a command: the address it named, and why, in the words of who gave it. */
export interface SuppressionPii {
  readonly email?: string;
  readonly note?: string;
}
export type Suppressed = Event<
  'suppressed',
  {
    readonly by: By;
    /** `all`, `group:ID` or `list:ID`. */
    readonly scope: string;
    readonly reason: 'hard_bounce' | 'complaint' | 'unsubscribed' | 'rule' | 'command';
    /** Subject of the address concerned; suppression is kept per address and per contact. */
    readonly subject: Uuid;
  },
  SuppressionPii | null
>;
export type SuppressionLifted = Event<
  'suppression_lifted',
  {
    readonly by: By;
    readonly scope: string;
    readonly reason: 'resubscribed' | 'rule' | 'command';
    readonly subject: Uuid;
  },
  SuppressionPii | null
>;
/** Its enrollment in a sequence has ended. */
export type Exited = Event<'exited', { readonly by: By; readonly enrollmentId: Uuid; readonly sequence: string }>;
export type Enrolled = Event<'enrolled', { readonly by: By; readonly enrollmentId: Uuid; readonly sequence: string }>;
/** A rule matched and acted. `values`: what its conditions saw. */
export type RuleFired = Event<
  'rule_fired',
  {
    readonly rule: string;
    readonly version: number;
    readonly engine: string;
    /** Milliseconds: its effects count against the rule's limit per contact until then. */
    readonly countsUntil?: number;
    /** The same, for limits of its group. */
    readonly group?: string;
    readonly groupCountsUntil?: number;
  },
  { readonly values: { readonly [name: string]: Json } }
>;
/** `stopped`: by a rule before it. `group`: another rule of its group has matched. `no_address`: there is none to send to. `cycle`: it was triggered too deep in a chain of rules, or by too many of them. */
export type HeldReason =
  | 'limit'
  | 'late'
  | 'already_enrolled'
  | 'suppressed'
  | 'suspended'
  | 'group_limit'
  | 'stopped'
  | 'group'
  | 'no_address'
  | 'cycle';
/** A rule matched its trigger and conditions, and did nothing (or less), and why. */
export type RuleHeld = Event<
  'rule_held',
  {
    readonly rule: string;
    readonly version: number;
    readonly engine: string;
    readonly reason: HeldReason;
    /** The actions held back; empty means all. */
    readonly actions: readonly string[];
  },
  { readonly values: { readonly [name: string]: Json } }
>;
/** A condition or action threw: no effect. */
export type RuleFailed = Event<
  'rule_failed',
  { readonly rule: string; readonly version: number; readonly engine: string },
  { readonly error: string }
>;
export const EFFECT_KINDS = ['notify', 'create_task', 'send_email', 'call_webhook', 'write_crm'] as const;
export type EffectKind = (typeof EFFECT_KINDS)[number];
export type EffectRequested = Event<
  'effect_requested',
  {
    readonly by: By;
    readonly effectId: Uuid;
    readonly kind: EffectKind;
    /** Milliseconds; past it the effect is recorded as expired. */
    readonly notAfter: number;
    /** Of a task, milliseconds. */
    readonly dueAt?: number;
    /** Of an e-mail: what it is of, `all` where nothing is said. */
    readonly scope?: string;
  },
  {
    /** `owner`, `team:NAME` or an address; of a webhook its URL, of a CRM write `crm`. */
    readonly to: string;
    readonly title: string;
    /** Of a webhook and a CRM write: JSON. */
    readonly body: string;
  }
>;
export type EffectOutcomeRecorded = Event<
  'effect_outcome_recorded',
  {
    readonly effectId: Uuid;
    readonly target: string;
    readonly outcome: 'delivered' | 'expired' | 'dead' | 'suppressed';
    readonly attempts: number;
    readonly reason?: string;
  },
  { readonly detail?: string }
>;
export type NotificationTaken = Event<'notification_taken', { readonly effectId: Uuid }, { readonly by: string }>;
export type NotificationDone = Event<'notification_done', { readonly effectId: Uuid }, { readonly by: string }>;
/** A command was not accepted: nothing else changed. */
export type CommandRefused = Event<
  'command_refused',
  {
    /** Input id of the command. */
    readonly commandId: Uuid;
    readonly reason:
      | 'version_mismatch'
      | 'too_many_attributes'
      | 'too_many_tags'
      | 'too_many_consents'
      | 'unknown_contact'
      | 'unknown_notification'
      | 'already_taken'
      | 'already_done'
      | 'link_pending'
      | 'link_busy'
      | 'too_many_aliases'
      | 'same_contact';
  }
>;
/** This contact was met together with the key `alias`, which is told that they are one person. */
export type LinkSuggested = Event<'link_suggested', { readonly alias: Uuid }>;
/** This contact asks that of `to` to take it in; its id is the `requestId` of what follows. */
export type LinkRequested = Event<
  'link_requested',
  { readonly by: By; readonly to: Uuid; readonly moved?: boolean },
  {
    /** What this contact's key is the subject of, where it is known. */
    readonly identity?: Identity;
  }
>;
/** The request came to nothing: this contact stays one of its own. */
export type LinkRefused = Event<
  'link_refused',
  { readonly requestId: Uuid; readonly to: Uuid; readonly reason: LinkRefusal }
>;
/** Asked while a request of its own is pending: answered once that is. */
export type LinkDeferred = Event<
  'link_deferred',
  { readonly alias: Uuid; readonly requestId: Uuid; readonly aliases: number }
>;
/** This contact takes `alias` in; its state follows by `merged`. */
export type AliasAdded = Event<
  'alias_added',
  { readonly alias: Uuid; readonly requestId: Uuid; readonly aliases: number }
>;
/**
 * The contact is an alias from here on: its inputs are forwarded to `contactId`. Its stream has ended, but for what becomes of the effects
 * it asked for.
 */
export type Linked = Event<
  'linked',
  {
    readonly contactId: Uuid;
    /** Id of its `link_requested`. */
    readonly requestId?: Uuid;
  }
>;
/** What an alias was is this contact's from here on. */
export type Merged = Event<
  'merged',
  {
    readonly alias: Uuid;
    /** The alias is a new address of the contact: what it brings is newer and wins. */
    readonly moved?: boolean;
    /** What the contact is by it: for readers that do not fold states. Left out by earlier releases. */
    readonly after?: AfterMerge;
  },
  { readonly state: AliasState; readonly after?: ProfileAfterMerge }
>;

/**
 * The contact is to be looked at again at `dueAt`, milliseconds, for this purpose; or earlier than it was to be. `version`: of the segment
 * that is looked at.
 */
export type TimerArmed = Event<
  'timer_armed',
  { readonly purpose: string; readonly dueAt: number; readonly version?: number }
>;
/** It was looked at: what it led to follows, and what it waits for next is armed anew. */
export type TimerFired = Event<'timer_fired', { readonly purpose: string; readonly dueAt: number }>;

interface SegmentJudged {
  readonly segment: string;
  /** By which it was judged; of one that was retired, the last. */
  readonly version: number;
  readonly engine: string;
  /** Taken in as it was, or changed by what triggers no rule (an import, a merge): nobody is told. */
  readonly silent?: boolean;
}
/** The contact has become a member of the segment. `values`: what its condition saw. */
export type SegmentEntered = Event<
  'segment_entered',
  SegmentJudged,
  { readonly values: { readonly [name: string]: Json } }
>;
/** It is a member no longer. */
export type SegmentLeft = Event<
  'segment_left',
  SegmentJudged & {
    /** The segment is no more. */
    readonly retired?: boolean;
  },
  {
    readonly values: { readonly [name: string]: Json };
    /** Why the condition could not be judged, which is false. */
    readonly error?: string;
  }
>;

export type ContactEvent =
  | EngagementRecorded
  | EngagementReclassified
  | EngagementTooLate
  | AddressSet
  | AttributeSet
  | AttributeCleared
  | TagAdded
  | TagRemoved
  | ScoreAdded
  | StageSet
  | OwnerSet
  | TimeZoneSet
  | ConsentSet
  | ContactDeleted
  | Suppressed
  | SuppressionLifted
  | Enrolled
  | Exited
  | RuleFired
  | RuleHeld
  | RuleFailed
  | EffectRequested
  | EffectOutcomeRecorded
  | NotificationTaken
  | NotificationDone
  | CommandRefused
  | LinkSuggested
  | LinkRequested
  | LinkRefused
  | LinkDeferred
  | AliasAdded
  | Linked
  | Merged
  | TimerArmed
  | TimerFired
  | SegmentEntered
  | SegmentLeft;

/** What every stored event carries beside its type (engine.md 5). Times are milliseconds since the epoch. */
export interface EventMeta {
  /** hash(workspace, cause, rule or kind of decision, action id, ordinal). */
  readonly id: Uuid;
  readonly workspaceId: Uuid;
  readonly contactId: Uuid;
  /** Gapless per contact, from 1. */
  readonly version: number;
  readonly occurredAt: number;
  readonly recordedAt: number;
  /** Id of the input or event that caused it. */
  readonly causationId: Uuid;
  /** Id of the input at the root of the chain. */
  readonly correlationId: Uuid;
}

/** Where it was decided and where it stands in its outbox lane. */
export interface EventPlace {
  readonly inputTopic: string;
  readonly inputPartition: number;
  readonly inputPosition: number;
  readonly lane: number;
  readonly position: number;
}

/** An event with its meta, opened. */
export type Recorded<E extends ContactEvent = ContactEvent> = E & EventMeta;

/** A stored event, opened, with its place. */
export type StoredEvent<E extends ContactEvent = ContactEvent> = Recorded<E> & EventPlace;

/** What the counters of a contact are made of. */
export const ENGAGEMENT_EVENTS = ['engagement_recorded', 'engagement_reclassified'] as const;

export function isEngagement(type: string): boolean {
  return (ENGAGEMENT_EVENTS as readonly string[]).includes(type);
}
