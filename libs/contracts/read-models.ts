/** Rows of the read models, as the projection makes them and queries give them. Times are milliseconds since the epoch. */
import type { Uuid } from './ids.js';
import type { JsonObject } from './json.js';

/**
 * Models and the version of their fold. A change of what a row holds raises the number here and in a migration's read.model, which
 * makes a start ask for a replay.
 */
export const READ_MODELS = {
  contact: 3,
  timeline: 2,
  enrollment: 1,
  suppression: 3,
  effect: 1,
  notification: 1,
  rule_counter: 1,
  source_counter: 2,
} as const;

export type ReadModelName = keyof typeof READ_MODELS;

/** A contact as it is now. */
export interface ContactRow {
  readonly workspaceId: Uuid;
  readonly contactId: Uuid;
  readonly email: string | null;
  readonly attributes: JsonObject;
  /** Sorted. */
  readonly tags: readonly string[];
  readonly score: number;
  readonly stage: string | null;
  readonly owner: string | null;
  /** IANA name. */
  readonly timeZone: string | null;
  /** By purpose. `at`: milliseconds, when the person said so. */
  readonly consent: { readonly [purpose: string]: { readonly given: boolean; readonly at: number } };
  /** Forgotten until it is written anew: shown nowhere but in its timeline. */
  readonly deleted: boolean;
  /** Scope `all` is in force for one of its addresses. */
  readonly suppressed: boolean;
  /** Scopes in force, sorted. */
  readonly suppressedScopes: readonly string[];
  /** Engagements on record that count (not the too late ones). */
  readonly engagements: number;
  /** Type and occurredAt of the latest engagement by occurredAt. */
  readonly lastEngagement: string | null;
  readonly lastEngagementAt: number | null;
  /** An alias: where its inputs are forwarded to. */
  readonly linkedTo: Uuid | null;
  /** Contacts that are part of this one, sorted: what happened to them before stands in their timelines. */
  readonly aliases: readonly Uuid[];
  /** Every address it was met under, by subject. */
  readonly addresses: { readonly [subject: Uuid]: string };
  /** `KIND:VALUE` of each key it was met under; sorted. */
  readonly identities: readonly string[];
  readonly erased: boolean;
  /** recordedAt of the first and the last event. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly appliedVersion: number;
}

/** One event of a contact, opened. */
export interface TimelineRow {
  readonly workspaceId: Uuid;
  readonly contactId: Uuid;
  readonly version: number;
  readonly recordedAt: number;
  readonly eventId: Uuid;
  readonly type: string;
  readonly occurredAt: number;
  readonly causationId: Uuid;
  readonly correlationId: Uuid;
  readonly data: JsonObject;
  /** null: none, or the contact is erased. */
  readonly pii: JsonObject | null;
  /** What it changed of the contact, as contact-changed.ts says; null: nothing, or the contact is erased. */
  readonly changed: JsonObject | null;
}

export interface EnrollmentRow {
  readonly workspaceId: Uuid;
  readonly enrollmentId: Uuid;
  readonly contactId: Uuid;
  readonly sequence: string;
  readonly rule: string | null;
  readonly ruleVersion: number | null;
  readonly state: 'active' | 'exited';
  readonly enrolledAt: number;
  readonly eventId: Uuid;
}

/** In force while `liftedAt` is null. */
export interface SuppressionRow {
  readonly workspaceId: Uuid;
  readonly contactId: Uuid;
  /** The address concerned. */
  readonly subject: Uuid;
  readonly scope: string;
  /** The contact's address at that time. */
  readonly email: string | null;
  readonly reason: string;
  /** Said of the person and so of each of their addresses; false: a hard bounce, of this mailbox alone. */
  readonly ofPerson: boolean;
  readonly since: number;
  readonly eventId: Uuid;
  readonly liftedAt: number | null;
  readonly liftedReason: string | null;
}

/** What became of an effect at one target. */
export interface EffectOutcome {
  readonly outcome: 'delivered' | 'expired' | 'dead' | 'suppressed';
  readonly at: number;
  readonly attempts: number;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly eventId: Uuid;
}

export interface EffectRow {
  readonly workspaceId: Uuid;
  readonly effectId: Uuid;
  readonly contactId: Uuid;
  /** Version of the contact's event that requested it. */
  readonly version: number;
  readonly eventId: Uuid;
  /** Event or input that caused the request. */
  readonly causeEventId: Uuid;
  readonly correlationId: Uuid;
  readonly kind: string;
  readonly rule: string | null;
  readonly ruleVersion: number | null;
  readonly action: string | null;
  readonly requestedAt: number;
  readonly notAfter: number;
  readonly recipient: string | null;
  readonly title: string | null;
  readonly body: string | null;
  /** `delivered` once one target has it, else the last outcome. */
  readonly state: 'requested' | EffectOutcome['outcome'];
  readonly outcomes: { readonly [target: string]: EffectOutcome };
}

/** The inbox of sales. */
export interface NotificationRow {
  readonly workspaceId: Uuid;
  readonly effectId: Uuid;
  readonly contactId: Uuid;
  readonly state: 'open' | 'taken' | 'done';
  readonly title: string | null;
  readonly body: string | null;
  readonly recipient: string | null;
  readonly rule: string | null;
  readonly ruleVersion: number | null;
  readonly requestedAt: number;
  /** When it reached the inbox. */
  readonly openedAt: number;
  readonly takenBy: string | null;
  readonly takenAt: number | null;
  readonly doneBy: string | null;
  readonly doneAt: number | null;
}

/** `fired`, `failed`, `effects` or `held:REASON`. */
export type RuleMeasure = 'fired' | 'failed' | 'effects' | `held:${string}`;

/** What to add to a rule's counter. `day`: YYYY-MM-DD in UTC, of recordedAt. */
export interface RuleCount {
  readonly workspaceId: Uuid;
  readonly rule: string;
  readonly version: number;
  readonly day: string;
  readonly measure: RuleMeasure;
  readonly lane: number;
  readonly count: number;
}

/** What to add to a source's counter. `hour`: start of the hour of receipt, milliseconds. */
export interface SourceCount {
  readonly workspaceId: Uuid;
  readonly sourceId: Uuid;
  readonly hour: number;
  readonly type: string;
  /** A file brought it in. */
  readonly imported: boolean;
  readonly lane: number;
  readonly count: number;
}
