/**
 * JSON Schema (draft 7, which editors read) of a rule's file, made from the tables that the checker goes by. It completes and catches slips
 * of the pen; names of a workspace, conditions and types of attributes are the checker's: `afterclick rules check`.
 */
import type { JsonObject } from '#contracts/json.js';
import { ACTIONS } from '../actions/table.js';
import { RULE_KEYS } from '../parse-rule.js';
import { TRIGGERS } from '../triggers/table.js';
import { ACTION_SCHEMAS, DURATION, NAMED } from './action-schemas.js';

const LIMIT = { type: 'string', pattern: '^[1-9][0-9]{0,2} in [1-9][0-9]*[smhd]$', examples: ['1 in 30d'] };
const CONDITION = { type: 'string', minLength: 1, description: 'CEL; write it after |- or in quotes.' };

const KEY_SCHEMAS: { readonly [key: string]: JsonObject } = {
  rule: { ...NAMED, description: 'Its name, for ever.' },
  description: { type: 'string', description: 'What it is for.' },
  priority: { type: 'integer', minimum: -1000, maximum: 1000, description: 'Higher runs first; default 0.' },
  where: { ...CONDITION, title: 'A condition on event alone.' },
  if: { ...CONDITION, title: 'A condition on event, contact, history and the time.' },
  limits: {
    type: 'object',
    additionalProperties: false,
    properties: { per_contact: LIMIT, per_group: LIMIT },
    description: 'Of effects requested.',
  },
  settle: { ...DURATION, description: 'Waits so long before it judges.' },
  stop: { type: 'boolean', description: 'Rules after it are held back on that event.' },
  group: { ...NAMED, description: 'The first of a group that matches is the only one to act.' },
};

/** What a file of a rule may be. Keys that the checker knows and nothing is said of here take any value. */
export function ruleSchema(): JsonObject {
  const schemas = new Map([
    ...Object.entries(KEY_SCHEMAS),
    ['on', triggerSchema()],
    ['then', actionsSchema()],
  ] as const);
  const properties = Object.fromEntries(RULE_KEYS.map((key): [string, JsonObject] => [key, schemas.get(key) ?? {}]));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Afterclick rule',
    type: 'object',
    additionalProperties: false,
    required: ['rule', 'on', 'then'],
    properties,
  };
}

function triggerSchema(): JsonObject {
  const plain = TRIGGERS.filter(({ argument }) => argument !== 'required').map(({ kind }) => kind);
  const asMap = TRIGGERS.filter(({ argument }) => argument !== 'none').map(
    ({ kind, options = [], example }): JsonObject => ({
      type: 'object',
      additionalProperties: false,
      required: [kind],
      properties: Object.fromEntries([kind, ...options].map((key) => [key, {}])),
      description: example,
    }),
  );
  const own = { type: 'string', pattern: '^custom\\.[a-z0-9_.-]+$', description: 'An event of your own.' };
  return { description: 'What the rule waits for.', anyOf: [{ enum: plain }, own, ...asMap] };
}

function actionsSchema(): JsonObject {
  const kinds = ACTIONS.map(({ kind }): [string, JsonObject] => [kind, ACTION_SCHEMAS[kind] ?? {}]);
  return {
    description: 'What it does, in order.',
    type: 'array',
    minItems: 1,
    items: {
      type: 'object',
      additionalProperties: false,
      properties: { ...Object.fromEntries(kinds), id: NAMED },
      oneOf: ACTIONS.map(({ kind }) => ({ required: [kind] })),
    },
  };
}
