/** `notify: { to: owner, template: NAME }` or `{ to, title, body }`: tells a person, a team or an address. */
import { DAY } from '../duration.js';
import { actionKind } from './action.js';
import { MESSAGE_KEYS, type Message, readMessage, templatesOf } from './message.js';
import { recipientOf } from './recipient.js';

/** Past it the notice is stale and is not delivered. */
const EXPIRES_AFTER = DAY;

interface Notice extends Message {
  readonly to: string;
}

export const notify = actionKind<Notice>({
  kind: 'notify',
  effect: true,
  parse(field, source, vocabulary) {
    const fields = source.fields(field.value, field.at, 'notify', ['to', ...MESSAGE_KEYS]);
    if (!fields) return null;
    const to = fields.get('to');
    const recipient = to
      ? recipientOf(to, source, vocabulary)
      : source.complain(field.at, 'notify tells nobody', 'add to: owner');
    const message = readMessage(fields, field, source, vocabulary);
    return recipient === null || message === null ? null : { to: recipient, ...message };
  },
  target: ({ to, templateName, title }) => `${to} ${templateName ?? title}`,
  templates: templatesOf,
  decide({ to, template }, { by, now, effectId, values }) {
    const { title, body } = template.render(values());
    const data = { by, effectId: effectId(), kind: 'notify', notAfter: now + EXPIRES_AFTER } as const;
    return [{ type: 'effect_requested', v: 1, data, pii: { to, title, body } }];
  },
});
