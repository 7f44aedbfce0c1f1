/**
 * Inputs on `engagements`: all that may make a contact decide something. Stored contract: names and shapes are never
 * renamed; a change of shape is a new `v` with an upcaster. `data` is in clear and holds no personal data; `pii` is sealed.
 */
import type { AliasState } from './alias-state.js';
import type { EngagementInput } from './engagement-input.js';
import type { Identity, Uuid } from './ids.js';
import type { Json } from './json.js';

export type { EngagementInput, EngagementPii, ReplayClaim } from './engagement-input.js';

/** A write by the CRM, an import or the demo: merges into the contact of the key. */
export interface ContactUpsertInput {
  readonly type: 'contact_upsert';
  readonly v: 1;
  readonly data: {
    readonly expectedVersion?: number;
    /** False: what it changes triggers no rule. */
    readonly firesRules?: boolean;
    /** Subject of `pii.address`. */
    readonly addressSubject?: Uuid;
    /** Subject of the identity, where an alias forwarded it. */
    readonly subject?: Uuid;
    /** Refused where there is no such contact, or it was deleted. */
    readonly mustExist?: boolean;
  };
  readonly pii: {
    /** `contact` and its id where it is named by that. */
    readonly identity: { readonly kind: string; readonly value: string };
    /** Its address from now on, normalised: another than before becomes one more alias of the contact. */
    readonly address?: string;
    readonly set?: { readonly [attribute: string]: Json };
    readonly clear?: readonly string[];
    readonly addTags?: readonly string[];
    readonly removeTags?: readonly string[];
    readonly stage?: string;
    readonly owner?: string;
    /** IANA name. */
    readonly timeZone?: string;
    /** By purpose. */
    readonly consent?: { readonly [purpose: string]: ConsentWish };
  };
}

/** `at`: milliseconds, when the person gave or withdrew it; left out: now. `source`: where, as the writer tells it. */
export interface ConsentWish {
  readonly given: boolean;
  readonly at?: number;
  readonly source?: string;
}

/** Forget a contact: what is suppressed of it stays so. */
export interface ContactDeleteInput {
  readonly type: 'contact_delete';
  readonly v: 1;
  readonly data: { readonly expectedVersion?: number };
  readonly pii: { readonly reason?: string };
}

/** What became of an effect at one target. The id is hash(effect, target, outcome): a repeat changes nothing. */
export interface EffectOutcomeInput {
  readonly type: 'effect_outcome';
  readonly v: 1;
  readonly data: {
    readonly effectId: Uuid;
    /** `inbox`, `webhook`. */
    readonly target: string;
    readonly outcome: 'delivered' | 'expired' | 'dead' | 'suppressed';
    readonly attempts: number;
    /** A code, never free text: `http_410`, `timeout`, `past_not_after`. */
    readonly reason?: string;
  };
  readonly pii: { readonly detail?: string };
}

/** A salesperson takes a notification or marks it done. */
export interface NotificationCommandInput {
  readonly type: 'notification_command';
  readonly v: 1;
  readonly data: { readonly effectId: Uuid; readonly command: 'take' | 'done' };
  readonly pii: { readonly by: string };
}

/**
 * People suppress an address or a contact, or lift what is suppressed. `subject`: of the address concerned; left out it is about the
 * contact itself: adding suppresses under its own id, lifting lifts the scope for every address it has.
 */
export interface SuppressionCommandInput {
  readonly type: 'suppression_command';
  readonly v: 1;
  readonly data: {
    readonly command: 'add' | 'lift';
    /** `all`, `group:ID` or `list:ID`. */
    readonly scope: string;
    /** Of an addition; `command` when left out. The others bring in what another system knew. */
    readonly reason?: 'hard_bounce' | 'complaint' | 'unsubscribed' | 'command';
    readonly subject?: Uuid;
    /** API key that asked for it. */
    readonly keyId?: Uuid;
  };
  readonly pii: {
    readonly identity?: { readonly kind: string; readonly value: string };
    /** Why, in the words of who did it. */
    readonly note?: string;
  };
}

/** Definitions take force at this position of this partition, if `number` is above the one in force. Key null, one per partition. */
export interface RulesPublishedInput {
  readonly type: 'rules_published';
  readonly v: 1;
  readonly data: {
    readonly publicationId: Uuid;
    /** Rises by one with each publication of the workspace; a rollback is a new number. */
    readonly number: number;
    readonly rules: readonly { readonly rule: string /** null retires it */; readonly version: number | null }[];
  };
  readonly pii: null;
}

/** Decide what was parked of this contact again, oldest first, then what queued behind it. */
export interface UnparkInput {
  readonly type: 'unpark';
  readonly v: 1;
  readonly data: { readonly discard?: boolean };
  readonly pii: null;
}

/** The contact of this key and that of `to` are one person: it asks to be taken in there as an alias (engine.md 2). */
export interface LinkInput {
  readonly type: 'link';
  readonly v: 1;
  readonly data: {
    readonly to: Uuid;
    /** A merge that was asked for: what stands against it is recorded as a refusal of the command. */
    readonly command?: boolean;
    /** Of a command: refused when the contact is at another version. */
    readonly expectedVersion?: number;
    /** The key is that of a new address of `to`: what it brings is newer and wins. */
    readonly moved?: boolean;
    /** The key it came under, where an alias forwarded it. */
    readonly subject?: Uuid;
  };
  /** What the key is the subject of, where it is known. */
  readonly pii: { readonly identity?: Identity };
}

/** Asks the contact of this key to take `alias` in. */
export interface LinkAskedInput {
  readonly type: 'link_asked';
  readonly v: 1;
  readonly data: {
    readonly alias: Uuid;
    /** Id of its `link_requested`. */
    readonly requestId: Uuid;
    /** How many aliases come with it. */
    readonly aliases: number;
  };
  readonly pii: null;
}

/** Why a contact does not take another in. `busy`: it is about to join another itself. `same_contact`: they are one already. */
export type LinkRefusal = 'busy' | 'too_many_aliases' | 'same_contact';

/** The answer of the contact that was asked, or of its owner. */
export interface LinkAnsweredInput {
  readonly type: 'link_answered';
  readonly v: 1;
  readonly data: { readonly requestId: Uuid; readonly owner: Uuid; readonly answer: 'accepted' | LinkRefusal };
  readonly pii: null;
}

/** What an alias hands to its owner once its own stream has ended: the first input that it forwards. */
export interface MergeInput {
  readonly type: 'merge';
  readonly v: 1;
  readonly data: { readonly alias: Uuid; readonly moved?: boolean };
  readonly pii: { readonly state: AliasState };
}

/**
 * A timer of this contact is due. The id is hash(workspace, contact, purpose, dueAt): a repeat changes nothing. The state decides what it
 * means: one that is not due there any more means nothing.
 */
export interface TimerDueInput {
  readonly type: 'timer_due';
  readonly v: 1;
  readonly data: {
    /** `settle`, `score`, `rule:NAME` … (libs/domain/contact/timers). */
    readonly purpose: string;
    /** Milliseconds: when it was due; not after the input's own time. */
    readonly dueAt: number;
  };
  readonly pii: null;
}

export type Input =
  | LinkInput
  | LinkAskedInput
  | LinkAnsweredInput
  | MergeInput
  | TimerDueInput
  | EngagementInput
  | ContactUpsertInput
  | ContactDeleteInput
  | EffectOutcomeInput
  | NotificationCommandInput
  | SuppressionCommandInput
  | RulesPublishedInput
  | UnparkInput;

/** Versions this process can read. An unknown type or version stops the reader: an older process never judges a newer input. */
export const INPUT_VERSIONS: { readonly [T in Input['type']]: number } = {
  engagement: 1,
  contact_upsert: 1,
  contact_delete: 1,
  effect_outcome: 1,
  notification_command: 1,
  suppression_command: 1,
  rules_published: 1,
  unpark: 1,
  link: 1,
  link_asked: 1,
  link_answered: 1,
  merge: 1,
  timer_due: 1,
};

const BARE: ReadonlySet<string> = new Set<Input['type']>([
  'rules_published',
  'unpark',
  'link_asked',
  'link_answered',
  'timer_due',
]);

/** True for an input without personal data. */
export function isBare(type: string): boolean {
  return BARE.has(type);
}

/** An input with where and when it stands on the log. */
export interface Placed<I extends Input = Input> {
  readonly input: I;
  readonly id: Uuid;
  readonly workspaceId: Uuid;
  /** Subject: the contact it belongs to; null for publications. */
  readonly key: Uuid | null;
  /** Milliseconds: when it was recorded on the log. */
  readonly recordedAt: number;
  readonly topic: string;
  readonly partition: number;
  readonly position: number;
}
