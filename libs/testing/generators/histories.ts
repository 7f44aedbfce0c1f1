/**
 * Histories for properties: what a partition may hold. Inputs of a few contacts, late and too late, ahead of the clock, without a time,
 * ambiguous, imported, repeated under new ids; commands; publications in between. Shrinks to the few inputs that matter.
 */
import * as fc from 'fast-check';
import type { Actor, EngagementType } from '#contracts/engagement.js';
import type { Uuid } from '#contracts/ids.js';
import { deriveId } from '#contracts/ids.js';
import type { EngagementInput, Input, Placed } from '#contracts/inputs.js';
import type { RuleSource } from '#domain/rules/compile.js';
import { DAY, engagement, HOUR, MINUTE, NOON, placed, suppression, upsert, WORKSPACE } from '../inputs.js';
import { ruleSet } from './rule-sets.js';

/** One record of the partition: an input of a contact, or other rules from here on. */
export type Happening = { readonly input: Placed } | { readonly publish: readonly RuleSource[] };

/** One is met more often, so that her counts and limits are reached. */
const CONTACTS = ['ada', 'ada', 'ada', 'bob', 'cy'] as const;

const type = fc.constantFrom<EngagementType>(
  ...(['clicked', 'clicked', 'opened', 'delivered', 'unsubscribed', 'resubscribed'] as const),
  ...([
    'clicked',
    'clicked',
    'clicked',
    'opened',
    'opened',
    'delivered',
    'soft_bounce',
    'hard_bounce',
    'complaint',
  ] as const),
  ...(['unsubscribed', 'resubscribed', 'subscription_change', 'dropped', 'custom.form', 'unknown'] as const),
);

/** How long before its recording it happened, milliseconds; negative: ahead of the clock. */
const age = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(0, 0, MINUTE, 30 * MINUTE) },
  fc.constantFrom(-4 * MINUTE, -HOUR, HOUR, DAY, 2.9 * DAY, 3.1 * DAY, 20 * DAY, 60 * DAY, 399 * DAY, 401 * DAY),
);

const told = fc.record({
  of: fc.constantFrom(...CONTACTS),
  type,
  age: fc.option(age, { freq: 12 }),
  actor: fc.option(fc.constantFrom<Actor>('human', 'machine', 'unknown'), { nil: undefined }),
  scope: fc.option(fc.constantFrom('all', 'group:1', 'list:news'), { nil: undefined, freq: 2 }),
  /** Two of a burst's links mention pricing, as the rules look for it. */
  link: fc.constantFrom('pricing', 'pricing?plan=pro', 'blog', 'docs'),
  message: fc.option(fc.constantFrom('m1', 'm1', 'm1', 'm2'), { nil: undefined, freq: 4 }),
  derived: fc.boolean(),
  rare: fc.constantFrom(...Array(12).fill('none'), 'ambiguous', 'imported'),
});

type Told = typeof told extends fc.Arbitrary<infer T> ? T : never;

function engaged(told: Told, nth: number, at: number): Placed {
  const { of, type: kind, age: before, actor, derived, scope, link, message, rare } = told;
  const placed = engagement(kind, {
    of,
    nth,
    at: before === null ? null : at - before,
    recordedAt: at,
    ...(actor === undefined ? {} : { actor }),
    ...(scope === undefined ? {} : { scope }),
    ...(rare === 'ambiguous' ? { ambiguous: true } : rare === 'imported' ? { imported: true } : {}),
    keys: [`${nth}`, `composite ${nth}`],
    pii: { url: `https://example.com/${link}`, ...(message === undefined ? {} : { providerMessageId: message }) },
  });
  return actor === undefined || !derived ? placed : { ...placed, input: derivedActor(placed.input) };
}

/** The actor was derived by rules of ours: bursts may still judge it. */
function derivedActor(input: EngagementInput): EngagementInput {
  return { ...input, data: { ...input.data, actorDerived: true } };
}

/** Delivered again: another delivery, another input id, another event id of the provider; the composite key is the same. */
export function redelivered(original: Placed<EngagementInput>, nth: number): Placed<EngagementInput> {
  const { data, pii } = original.input;
  const [, composite] = data.keys;
  const keys = [deriveId('test', 'key', 'redelivered', nth), composite as Uuid];
  const deliveryId = deriveId('test', 'redelivery', nth);
  return {
    ...original,
    id: deriveId('test', 'redelivered', nth),
    input: { type: 'engagement', v: 1, data: { ...data, keys, deliveryId }, pii },
  };
}

const write = fc.record({
  of: fc.constantFrom(...CONTACTS),
  set: fc.dictionary(
    fc.constantFrom('last_touch', 'plan', '__proto__', 'constructor', '1'),
    fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
  ),
  addTags: fc.array(fc.constantFrom('hot', 'vip', 'toString'), { maxLength: 2 }),
  owner: fc.option(fc.constantFrom('kim', 'lee'), { nil: undefined }),
  timeZone: fc.option(fc.constantFrom('Europe/Berlin', 'UTC'), { nil: undefined }),
  consent: fc.option(fc.dictionary(fc.constantFrom('news', 'toString'), fc.record({ given: fc.boolean() })), {
    nil: undefined,
  }),
  mustExist: fc.boolean(),
  expectedVersion: fc.option(fc.nat({ max: 5 }), { freq: 2, nil: undefined }),
});

const word = fc.record({
  of: fc.constantFrom(...CONTACTS),
  command: fc.constantFrom<'add' | 'lift'>('add', 'lift'),
  scope: fc.constantFrom('all', 'group:1', 'list:news'),
  reason: fc.option(fc.constantFrom<'hard_bounce' | 'unsubscribed'>('hard_bounce', 'unsubscribed'), { nil: undefined }),
  /** Of the contact itself, its address, or another one. */
  subject: fc.option(fc.constantFrom('ada', 'bob', 'ada@work'), { nil: undefined }),
});

type Step =
  | { readonly kind: 'engagement'; readonly told: Told }
  | { readonly kind: 'again'; readonly of: number; readonly newId: boolean }
  | { readonly kind: 'write'; readonly write: typeof write extends fc.Arbitrary<infer T> ? T : never }
  | { readonly kind: 'suppression'; readonly word: typeof word extends fc.Arbitrary<infer T> ? T : never }
  | { readonly kind: 'forget'; readonly of: string }
  | { readonly kind: 'timer'; readonly of: string; readonly purpose: string }
  | { readonly kind: 'outcome'; readonly of: number; readonly dead: boolean }
  | { readonly kind: 'command'; readonly of: number; readonly take: boolean }
  | { readonly kind: 'publish'; readonly rules: readonly RuleSource[] };

/** What is not due yet, or not waited for, is among them: the state decides. */
const purpose = fc.constantFrom(
  ...(['settle', 'settle', 'rule:quiet', 'rule:quiet', 'score', 'take_in', 'rule:gone'] as const),
  ...(['segment:readers', 'segment:lapsed', 'segments'] as const),
);

const kind = <K extends Step['kind']>(name: K) => fc.constant(name);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: kind('engagement'), told }) },
  { weight: 3, arbitrary: fc.record({ kind: kind('again'), of: fc.nat(), newId: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('write'), write }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('forget'), of: fc.constantFrom(...CONTACTS) }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('suppression'), word }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('timer'), of: fc.constantFrom(...CONTACTS), purpose }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: kind('outcome'), of: fc.nat(), dead: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: kind('command'), of: fc.nat(), take: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: kind('publish'), rules: ruleSet }) },
);

/** Time between two records, milliseconds; now and then the clock of the log steps back a little. */
const gap = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 0, 1_000, 1_000, 4_000, MINUTE, 10 * MINUTE) },
  { weight: 2, arbitrary: fc.constantFrom(HOUR, DAY, -2 * MINUTE) },
  { weight: 1, arbitrary: fc.constantFrom(8 * DAY, 40 * DAY) },
);

function inputOf(
  one: Exclude<Step, { kind: 'publish' }>,
  nth: number,
  at: number,
  before: readonly Placed[],
): Placed | null {
  switch (one.kind) {
    case 'engagement':
      return engaged(one.told, nth, at);
    case 'again': {
      const earlier = before[one.of % Math.max(1, before.length)];
      if (!earlier) return null;
      const again = { ...earlier, recordedAt: repeatedAt(earlier, at) };
      return one.newId && isEngagement(again) && again.input.data.occurredAt !== null ? redelivered(again, nth) : again;
    }
    case 'write': {
      const { of, set, addTags, owner, timeZone, consent, mustExist, expectedVersion } = one.write;
      const data = {
        ...(mustExist ? { mustExist } : {}),
        ...(expectedVersion === undefined ? {} : { expectedVersion }),
      };
      const pii = {
        ...{ set, addTags, ...(owner === undefined ? {} : { owner }) },
        ...(timeZone === undefined ? {} : { timeZone }),
        ...(consent === undefined ? {} : { consent }),
      };
      return upsert(pii, { of, nth, recordedAt: at, ...data });
    }
    case 'forget':
      return placed({ type: 'contact_delete', v: 1, data: {}, pii: {} }, { nth, recordedAt: at }, one.of);
    case 'timer': {
      const data = { purpose: one.purpose, dueAt: at };
      return placed({ type: 'timer_due', v: 1, data, pii: null }, { of: one.of, nth, recordedAt: at }, one.purpose);
    }
    case 'suppression':
      return suppression(one.word.command, { ...one.word, nth, recordedAt: at });
    case 'outcome': {
      const complaint = complaintAmong(before, one.of);
      if (!complaint) return null;
      const outcome = one.dead ? 'dead' : 'delivered';
      const data = { effectId: alarmOf(complaint), target: 'inbox', outcome, attempts: 1 } as const;
      return of(complaint, placed({ type: 'effect_outcome', v: 1, data, pii: {} }, { recordedAt: at, nth }, nth));
    }
    case 'command': {
      const complaint = complaintAmong(before, one.of);
      if (!complaint) return null;
      const data = { effectId: alarmOf(complaint), command: one.take ? 'take' : 'done' } as const;
      const input = { type: 'notification_command', v: 1, data, pii: { by: 'kim' } } as const;
      return of(complaint, placed(input, { recordedAt: at, nth }, nth));
    }
  }
}

function complaintAmong(before: readonly Placed[], choice: number): Placed | null {
  const complaints = before.filter((one) => isEngagement(one) && one.input.data.engagement === 'complaint');
  return complaints[choice % Math.max(1, complaints.length)] ?? null;
}

/** Id of the effect that the rule `alarm` asks for on this complaint, if it does (engine.md 4.7, 4.8). */
function alarmOf({ id }: Placed): Uuid {
  const recorded = deriveId('event', WORKSPACE, id, 'engagement', 'recorded', 0);
  return deriveId('effect', WORKSPACE, 'alarm', recorded, 'tell');
}

/** Under the key of another input. */
function of(other: Placed, one: Placed): Placed {
  return { ...one, key: other.key };
}

/** Keys are known in the month of the payload's time; where that says nothing, for a month: longer no sender repeats itself. */
function repeatedAt(earlier: Placed, at: number): number {
  const happened = isEngagement(earlier) ? earlier.input.data.occurredAt : null;
  const dated = happened !== null && earlier.recordedAt - happened <= 400 * DAY;
  return at - earlier.recordedAt <= 28 * DAY || dated ? Math.max(at, earlier.recordedAt) : earlier.recordedAt;
}

export function isEngagement(one: Placed<Input>): one is Placed<EngagementInput> {
  return one.input.type === 'engagement';
}

/** A partition's records, rules first; positions rise from 0. */
export const history: fc.Arbitrary<readonly Happening[]> = fc
  .tuple(ruleSet, fc.array(fc.tuple(step, gap), { minLength: 1, maxLength: 30, size: 'max' }))
  .map(([rules, steps]) => {
    const happenings: Happening[] = [{ publish: rules }];
    const inputs: Placed[] = [];
    let at = NOON;
    steps.forEach(([one, after], nth) => {
      at += after;
      if (one.kind === 'publish') {
        happenings.push({ publish: one.rules });
        return;
      }
      const input = inputOf(one, nth, at, inputs);
      if (!input) return;
      const standing = { ...input, position: happenings.length };
      inputs.push(standing);
      happenings.push({ input: standing });
    });
    return happenings;
  });
