/**
 * JSON Schema (draft 7) of a file of rule tests, made from the tables that its reader goes by. Names of rules and attributes are the
 * reader's: `afterclick rules test`.
 */
import { EFFECT_KINDS } from '#contracts/contact-events.js';
import { ENGAGEMENT_TYPES } from '#contracts/engagement.js';
import type { JsonObject } from '#contracts/json.js';
import { EXPECTED, GIVEN, WRITTEN } from '../tests/read-contact.js';
import { EXPECTATIONS } from '../tests/read-expected.js';
import { ACTORS, ENGAGEMENT_KEYS } from '../tests/read-steps.js';
import { TEST_KEYS, TIME } from '../tests/read-tests.js';
import { HELD_REASONS } from '../tests/test-file.js';
import { DURATION, NAMED, SCOPE } from './action-schemas.js';

const TEXT: JsonObject = { type: 'string' };
const ADDRESS: JsonObject = { type: 'string', minLength: 3, description: 'An e-mail address.' };
const POINTS: JsonObject = { type: 'integer' };
const REASON: JsonObject = { enum: [...HELD_REASONS] };

/** What a key of a contact takes; keys that the reader knows and nothing is said of here take any value. */
const OF_CONTACT: { readonly [key: string]: JsonObject } = {
  attributes: { type: 'object', description: 'Declared attributes by name.' },
  consent: { type: 'object', additionalProperties: { type: 'boolean' } },
  tags: listOf(NAMED),
  without_tags: listOf(NAMED),
  sequences: listOf(NAMED),
  suppressed: listOf(SCOPE),
  stage: NAMED,
  owner: ADDRESS,
  email: ADDRESS,
  time_zone: { type: 'string', examples: ['Europe/Berlin'] },
  score: POINTS,
};
const OF_ENGAGEMENT: { readonly [key: string]: JsonObject } = {
  actor: { enum: [...ACTORS] },
  scope: SCOPE,
  delayed: { ...DURATION, description: 'It arrives so long after it happened.' },
  tags: listOf(TEXT),
  metadata: { type: 'object' },
};

/** What a file of tests may be. */
export function testSchema(): JsonObject {
  const given = only({ contact: contactOf(GIVEN), history: steps('ago') });
  const keys = new Map<string, JsonObject>([
    ['name', { ...TEXT, minLength: 1, description: 'What the rule should do here.' }],
    ['now', { type: 'string', pattern: TIME.source, examples: ['2026-05-04T12:00:00Z'] }],
    ['with', { ...listOf(NAMED), description: 'Rules in force beside it.' }],
    ['given', given],
    ['when', steps('after')],
    ['then', expectation()],
  ]);
  const properties = Object.fromEntries(TEST_KEYS.map((key): [string, JsonObject] => [key, keys.get(key) ?? {}]));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Tests of an Afterclick rule',
    ...only(
      {
        rule: { ...NAMED, description: 'The rule under test.' },
        tests: { type: 'array', minItems: 1, items: only(properties, ['name', 'when', 'then']) },
      },
      ['rule', 'tests'],
    ),
  };
}

/** `history` tells when with `ago`, `when` with `after`, or lets time pass. */
function steps(timing: 'ago' | 'after'): JsonObject {
  const engagement = { anyOf: [{ type: 'null' }, only(named(ENGAGEMENT_KEYS, OF_ENGAGEMENT, TEXT))] };
  const happenings: { readonly [name: string]: JsonObject } = {
    ...Object.fromEntries(ENGAGEMENT_TYPES.map((type) => [type, engagement])),
    contact: { ...contactOf(WRITTEN), minProperties: 1 },
    suppress: SCOPE,
    lift: SCOPE,
  };
  const step: JsonObject = {
    type: 'object',
    additionalProperties: false,
    required: timing === 'ago' ? ['ago'] : [],
    minProperties: timing === 'ago' ? 2 : 1,
    maxProperties: 2,
    properties: { [timing]: DURATION, ...happenings },
    patternProperties: { '^custom\\.[a-z0-9_.-]+$': engagement },
  };
  const wait = only({ wait: { ...DURATION, description: 'Lets time pass.' } }, ['wait']);
  return { type: 'array', minItems: 1, items: timing === 'ago' ? step : { anyOf: [step, wait] } };
}

function expectation(): JsonObject {
  const effect = {
    ...only({ ...Object.fromEntries(EFFECT_KINDS.map((kind) => [kind, TEXT])), title: TEXT, contains: TEXT }),
    oneOf: EFFECT_KINDS.map((kind) => ({ required: [kind] })),
  };
  const keys: { readonly [key: string]: JsonObject } = {
    fires: { anyOf: [{ type: 'boolean' }, { type: 'integer', minimum: 0 }] },
    held: { anyOf: [REASON, listOf(REASON)], description: 'Every reason, in any order.' },
    effects: { ...listOf(effect), description: 'All it requests, in order.' },
    contact: contactOf(EXPECTED),
  };
  return { ...only(named(EXPECTATIONS, keys, {})), minProperties: 1 };
}

function contactOf(keys: readonly string[]): JsonObject {
  return only(named(keys, OF_CONTACT, {}));
}

function named(
  keys: readonly string[],
  of: { readonly [key: string]: JsonObject },
  otherwise: JsonObject,
): { readonly [key: string]: JsonObject } {
  return Object.fromEntries(keys.map((key) => [key, of[key] ?? otherwise]));
}

function only(properties: { readonly [name: string]: JsonObject }, required: readonly string[] = []): JsonObject {
  return { type: 'object', additionalProperties: false, required: [...required], properties };
}

function listOf(items: JsonObject): JsonObject {
  return { type: 'array', items };
}
