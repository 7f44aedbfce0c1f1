/**
 * Histories of people with several keys: addresses and object ids that are met, written to, linked, merged and moved in any order.
 * A step names its contacts; `inputOf` makes an input of it under the keys of whoever plays it.
 */
import * as fc from 'fast-check';
import type { EngagementType } from '#contracts/engagement.js';
import { deriveId, type Identity, type Uuid } from '#contracts/ids.js';
import type { EngagementInput, Input } from '#contracts/inputs.js';
import type { RuleSource } from '#domain/rules/compile.js';
import { DAY, HOUR, MINUTE, SOURCE } from '../inputs.js';
import { ruleSet } from './rule-sets.js';

/** The first are addresses, the others object ids of a provider. */
const ADDRESSES = ['ada', 'bob', 'cyd', 'dan'] as const;
const OBJECTS = ['object 1', 'object 2'] as const;
export const KEYS = [...ADDRESSES, ...OBJECTS] as const;
export type KeyName = (typeof KEYS)[number];

export type LinkStep =
  | {
      readonly kind: 'engagement';
      readonly of: KeyName;
      readonly type: EngagementType;
      /** Milliseconds before its recording. */
      readonly age: number;
      readonly met: KeyName | null;
    }
  | { readonly kind: 'again'; readonly nth: number }
  | { readonly kind: 'link'; readonly of: KeyName; readonly to: KeyName; readonly command: boolean }
  | { readonly kind: 'move'; readonly of: KeyName; readonly to: (typeof ADDRESSES)[number] }
  | { readonly kind: 'write'; readonly of: KeyName; readonly tag: string; readonly stage: string | null };

export type Scripted =
  | { readonly step: LinkStep; readonly after: number }
  | { readonly publish: readonly RuleSource[] };

const key = fc.constantFrom<KeyName>(...KEYS);
const types = fc.constantFrom<EngagementType>(
  'clicked',
  'clicked',
  'opened',
  'delivered',
  'hard_bounce',
  'unsubscribed',
  'resubscribed',
  'complaint',
);

export const linkStep: fc.Arbitrary<LinkStep> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('engagement' as const),
      of: key,
      type: types,
      age: fc.constantFrom(0, 0, MINUTE, HOUR, 2 * DAY, 5 * DAY),
      met: fc.option(fc.constantFrom<KeyName>(...OBJECTS), { freq: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('again' as const), nth: fc.nat() }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('link' as const), of: key, to: key, command: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('move' as const), of: key, to: fc.constantFrom(...ADDRESSES) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      of: key,
      tag: fc.constantFrom('hot', 'vip', 'new'),
      stage: fc.option(fc.constantFrom('lead', 'customer')),
    }),
  },
);

const gap = fc.constantFrom(0, 0, 1_000, MINUTE, HOUR, 3 * HOUR, DAY);

export const linkScript: fc.Arbitrary<readonly Scripted[]> = fc
  .tuple(
    ruleSet,
    fc.array(
      fc.oneof<fc.MaybeWeightedArbitrary<Scripted>[]>(
        { weight: 15, arbitrary: fc.record({ step: linkStep, after: gap }) },
        { weight: 1, arbitrary: fc.record({ publish: ruleSet }) },
      ),
      { minLength: 2, maxLength: 24, size: 'max' },
    ),
  )
  .map(([rules, steps]) => [{ publish: rules }, ...steps]);

export interface Keyed {
  readonly id: Uuid;
  readonly key: Uuid;
  readonly input: Input;
}

/** `keyOf`: the key of a name; `at`: when it is recorded, milliseconds. Null for a repeat: that is another step's input. */
export function inputOf(step: LinkStep, nth: number, at: number, keyOf: (name: KeyName) => Uuid): Keyed | null {
  const named = (of: KeyName, input: Input): Keyed => ({ id: deriveId('test', 'script', nth), key: keyOf(of), input });
  switch (step.kind) {
    case 'engagement':
      return named(step.of, engaged(step, nth, at, keyOf));
    case 'again':
      return null;
    case 'link': {
      const data = { to: keyOf(step.to), ...(step.command ? { command: true } : {}) };
      return named(step.of, { type: 'link', v: 1, data, pii: { identity: identityOf(step.of) } });
    }
    case 'move': {
      const pii = { identity: identityOf(step.of), address: identityOf(step.to).value };
      return named(step.of, { type: 'contact_upsert', v: 1, data: { addressSubject: keyOf(step.to) }, pii });
    }
    case 'write': {
      const { of, tag, stage } = step;
      const pii = { identity: identityOf(of), addTags: [tag], ...(stage === null ? {} : { stage }) };
      return named(of, { type: 'contact_upsert', v: 1, data: {}, pii });
    }
  }
}

function identityOf(name: KeyName): Identity {
  const isAddress = (ADDRESSES as readonly string[]).includes(name);
  return isAddress ? { kind: 'email', value: `${name}@example.com` } : { kind: 'hubspot', value: name };
}

function engaged(
  { of, type, age, met }: Extract<LinkStep, { kind: 'engagement' }>,
  nth: number,
  at: number,
  keyOf: (name: KeyName) => Uuid,
): EngagementInput {
  const isMet = met !== null && met !== of;
  return {
    type: 'engagement',
    v: 1,
    data: {
      ...{ engagement: type, provider: 'hubspot', sourceId: SOURCE, deliveryId: deriveId('test', 'delivery', nth) },
      ...{ index: 0, occurredAt: at - age, receivedAt: at, keys: [deriveId('test', 'script key', nth)] },
      ...(isMet ? { alias: keyOf(met) } : {}),
    },
    pii: {
      identity: identityOf(of),
      ...(isMet ? { alias: identityOf(met) } : {}),
      ...{ providerEventType: type, recipient: null, providerEventId: `${nth}`, providerMessageId: `m${nth % 2}` },
      url: `https://example.com/${['pricing', 'pricing?plan=pro', 'docs'][nth % 3]}`,
    },
  };
}
