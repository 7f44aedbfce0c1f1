/** What each action takes, as JSON Schema. An action without a line here takes any value in editors; a spec asks for the line. */
import type { JsonObject } from '#contracts/json.js';
import { NAME } from '../vocabulary.js';

// JSON Schema knows no flags: NAME without its i.
const ANY_CASE = NAME.source.replaceAll('a-z', 'A-Za-z');
export const NAMED: JsonObject = { type: 'string', pattern: ANY_CASE };
export const DURATION: JsonObject = { type: 'string', pattern: '^[1-9][0-9]*[smhd]$', examples: ['15m', '30d'] };

const POINTS: JsonObject = { type: 'integer', minimum: -100_000, maximum: 100_000, not: { const: 0 } };
export const SCOPE: JsonObject = {
  type: 'string',
  pattern: '^(all|(group|list):\\S{1,100})$',
  examples: ['all', 'list:news'],
};
const ATTRIBUTES: JsonObject = { type: 'object', minProperties: 1, description: 'Declared attributes by name.' };

function map(required: readonly string[], properties: { readonly [name: string]: JsonObject }): JsonObject {
  return { type: 'object', additionalProperties: false, required: [...required], properties };
}

/** A text to people: a template, or title and body. */
function message(required: readonly string[], more: { readonly [name: string]: JsonObject }): JsonObject {
  const text = { type: 'string', minLength: 1 };
  return {
    ...map(required, { ...more, template: { ...text, description: 'templates/NAME.md' }, title: text, body: text }),
    oneOf: [{ required: ['template'] }, { required: ['title'] }],
  };
}

const TO: JsonObject = { type: 'string', minLength: 1, description: 'owner, team:NAME or an e-mail address.' };

export const ACTION_SCHEMAS: { readonly [kind: string]: JsonObject } = {
  set: ATTRIBUTES,
  increment: ATTRIBUTES,
  clear: { type: 'string', minLength: 1, description: 'A declared attribute.' },
  add_tag: NAMED,
  remove_tag: NAMED,
  add_score: {
    anyOf: [
      POINTS,
      map(['points'], { points: POINTS, expires_in: DURATION, min: { type: 'integer' }, max: { type: 'integer' } }),
    ],
  },
  set_stage: NAMED,
  set_owner: { type: 'string', minLength: 3, description: 'An e-mail address.' },
  suppress: SCOPE,
  lift: SCOPE,
  enroll: NAMED,
  exit: NAMED,
  notify: message(['to'], { to: TO }),
  create_task: message(['to'], { to: TO, due: DURATION }),
  send_email: message([], { scope: SCOPE }),
  call_webhook: map(['url'], { url: { type: 'string', pattern: '^https://' } }),
  write_crm: { type: 'object', minProperties: 1, maxProperties: 50, description: 'Fields of the CRM by name.' },
};
