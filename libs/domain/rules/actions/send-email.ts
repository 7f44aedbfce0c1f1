/**
 * `send_email: { template: NAME }` or `{ title, body }`: to the contact's current address. `scope: list:news` says of what it is, for
 * those who unsubscribed from that alone.
 */
import { DAY } from '../duration.js';
import { currentSubject, suppressedScopes } from '../facts.js';
import { actionKind } from './action.js';
import { MESSAGE_KEYS, type Message, readMessage, templatesOf } from './message.js';
import { SCOPE, SCOPE_CURE } from './suppress.js';

const EXPIRES_AFTER = DAY;

interface Mail extends Message {
  readonly scope: string;
}

export const sendEmail = actionKind<Mail>({
  kind: 'send_email',
  effect: true,
  parse(field, source, vocabulary) {
    const fields = source.fields(field.value, field.at, 'send_email', ['scope', ...MESSAGE_KEYS]);
    if (!fields) return null;
    const scopeField = fields.get('scope');
    const scope = scopeField ? source.name(scopeField, 'a scope', SCOPE, SCOPE_CURE) : 'all';
    const message = readMessage(fields, field, source, vocabulary);
    return scope === null || message === null ? null : { ...message, scope };
  },
  target: ({ templateName, title }) => templateName ?? title,
  templates: templatesOf,
  holds({ scope }, facts) {
    if (facts.email === null) return 'no_address';
    const suppressed = suppressedScopes(facts, currentSubject(facts));
    return suppressed.includes('all') || suppressed.includes(scope) ? 'suppressed' : null;
  },
  decide({ template, scope }, { facts, by, now, effectId, values }) {
    const { title, body } = template.render(values());
    const data = { by, effectId: effectId(), kind: 'send_email', notAfter: now + EXPIRES_AFTER, scope } as const;
    return [{ type: 'effect_requested', v: 1, data, pii: { to: facts.email ?? '', title, body } }];
  },
});
