/** Tests of rules as people write them beside the rules: given a contact and its history, when this happens, then that is decided. */
import type { HeldReason } from '#contracts/contact-events.js';
import type { EngagementType } from '#contracts/engagement.js';
import type { EngagementPii } from '#contracts/inputs.js';
import type { Json } from '#contracts/json.js';

/** What happens to the contact. */
export type Happening =
  | {
      readonly kind: 'engagement';
      readonly type: EngagementType;
      readonly actor: 'human' | 'machine' | 'unknown' | null;
      readonly scope: string | null;
      /** Milliseconds between its time and its receipt. */
      readonly delayed: number;
      readonly pii: Partial<EngagementPii>;
    }
  /** Somebody writes the contact, as the CRM does: rules on changes are asked. */
  | { readonly kind: 'write'; readonly wish: ContactWritten }
  | { readonly kind: 'suppression'; readonly command: 'add' | 'lift'; readonly scope: string }
  /** Time passes: timers that are due by then fire. */
  | { readonly kind: 'nothing' };

export interface Step {
  /** Milliseconds from the test's now: negative for the history. */
  readonly at: number;
  readonly happening: Happening;
}

export interface ContactWritten {
  readonly attributes: { readonly [name: string]: Json };
  readonly tags: readonly string[];
  readonly stage: string | null;
  readonly owner: string | null;
  readonly timeZone: string | null;
  readonly consent: { readonly [purpose: string]: boolean };
}

/** The contact before anything of the test happens. */
export interface ContactGiven extends ContactWritten {
  /** Null: it is known by an id only. */
  readonly email: string | null;
  readonly score: number;
  /** Scopes. */
  readonly suppressed: readonly string[];
  readonly sequences: readonly string[];
}

/** What is left out is not looked at. */
export interface ContactExpected {
  readonly score?: number;
  readonly stage?: string;
  readonly owner?: string;
  readonly tags?: readonly string[];
  readonly withoutTags?: readonly string[];
  readonly attributes?: { readonly [name: string]: Json };
  /** All scopes in force. */
  readonly suppressed?: readonly string[];
  /** All it is in. */
  readonly sequences?: readonly string[];
}

export interface EffectExpected {
  readonly kind: string;
  readonly to: string;
  readonly title?: string;
  /** Part of the body. */
  readonly contains?: string;
}

/** Of the rule under test, over all steps of `when`. What is left out is not looked at. */
export interface Expected {
  /** How often it fires; `true`: at least once. */
  readonly fires?: number | boolean;
  /** Every reason for which it is held back, in any order. */
  readonly held?: readonly HeldReason[];
  /** All it requests, in order. */
  readonly effects?: readonly EffectExpected[];
  readonly contact?: ContactExpected;
}

export interface RuleTest {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** The rule under test. */
  readonly rule: string;
  /** Others in force beside it. */
  readonly with: readonly string[];
  /** Milliseconds: when `when` happens. */
  readonly now: number;
  readonly contact: ContactGiven;
  /** In the order of time. */
  readonly history: readonly Step[];
  readonly when: readonly Step[];
  readonly then: Expected;
}

const HELD: { readonly [reason in HeldReason]: true } = {
  limit: true,
  late: true,
  already_enrolled: true,
  suppressed: true,
  suspended: true,
  group_limit: true,
  stopped: true,
  group: true,
  no_address: true,
  cycle: true,
};
export const HELD_REASONS = Object.keys(HELD) as HeldReason[];

/** `rules/NAME.test.yaml`, or any YAML below `tests/`. */
export function isTestFile(path: string): boolean {
  return /(?:^|\/)[^/]+\.test\.ya?ml$/.test(path) || /^tests\/.+\.ya?ml$/.test(path);
}
