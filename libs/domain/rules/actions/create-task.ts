/** `create_task: { to: owner, template: NAME, due: 2d }` or `{ to, title, body, due }`: something a person or a team is to do. */
import { DAY } from '../duration.js';
import { actionKind } from './action.js';
import { MESSAGE_KEYS, type Message, readMessage, templatesOf } from './message.js';
import { recipientOf } from './recipient.js';

/** Past it nobody is told of the task any more. */
const EXPIRES_AFTER = 7 * DAY;

interface Task extends Message {
  readonly to: string;
  /** Milliseconds from the decision; null: whenever. */
  readonly due: number | null;
}

export const createTask = actionKind<Task>({
  kind: 'create_task',
  effect: true,
  parse(field, source, vocabulary) {
    const fields = source.fields(field.value, field.at, 'create_task', ['to', 'due', ...MESSAGE_KEYS]);
    if (!fields) return null;
    const to = fields.get('to');
    const recipient = to
      ? recipientOf(to, source, vocabulary)
      : source.complain(field.at, 'the task is nobody’s', 'add to: owner');
    const message = readMessage(fields, field, source, vocabulary);
    const dueField = fields.get('due');
    const due = dueField ? source.duration(dueField, 'due') : null;
    if (recipient === null || message === null || (dueField && due === null)) return null;
    return { to: recipient, ...message, due: due?.ms ?? null };
  },
  target: ({ to, templateName, title }) => `${to} ${templateName ?? title}`,
  templates: templatesOf,
  decide({ to, template, due }, { by, now, effectId, values }) {
    const { title, body } = template.render(values());
    const dueAt = due === null ? {} : { dueAt: now + due };
    const data = { by, effectId: effectId(), kind: 'create_task', notAfter: now + EXPIRES_AFTER, ...dueAt } as const;
    return [{ type: 'effect_requested', v: 1, data, pii: { to, title, body } }];
  },
});
