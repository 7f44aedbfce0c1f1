/** An event of a contact in one line, as people speak of it. */
import type { TimelineEvent } from '../answers.js';
import { cut, oneLine } from './plain.js';

type Fields = Readonly<Record<string, unknown>>;

interface Told {
  /** What happened, in a word or two. */
  readonly what: string;
  readonly detail: string;
}

const LONGEST = 200;

/** Of a type that this does not know: its stored name, and no detail. */
export function tellEvent({ type, data, pii }: Pick<TimelineEvent, 'type' | 'data' | 'pii'>): Told {
  const teller = Object.hasOwn(TELLERS, type) ? TELLERS[type] : undefined;
  const { what, detail } = teller?.(data, pii ?? {}) ?? { what: type.replaceAll('_', ' '), detail: '' };
  return { what: oneLine(what), detail: cut(oneLine(detail), LONGEST) };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));
const known = (value: unknown): string => (value === undefined || value === null ? '' : text(value));

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(', ');
}

/** `by rule hot-lead 3`, `by a command`; nothing for what the engine does by itself. */
function by(data: Fields): string {
  const who = (data['by'] ?? {}) as Fields;
  if (who['rule'] !== undefined) return `by rule ${text(who['rule'])} ${text(who['version'])}`;
  return who['command'] === true ? 'by a command' : '';
}

function engagement(data: Fields, pii: Fields): Told {
  const actor = data['actor'] === undefined ? '' : `${text(data['actor'])}${data['actorDerived'] ? ' (derived)' : ''}`;
  const marks = ['late', 'ambiguous', 'clamped', 'imported'].filter((mark) => data[mark] === true).join(', ');
  const reason = known(pii['url']) || known(pii['reason']);
  return { what: text(data['engagement']), detail: joined(reason, known(data['scope']), actor, marks) };
}

function simple(what: string, detail: (data: Fields, pii: Fields) => string) {
  return (data: Fields, pii: Fields): Told => ({ what, detail: detail(data, pii) });
}

const rule = (data: Fields): string => `${text(data['rule'])} ${text(data['version'])}`;

const TELLERS: Readonly<Record<string, (data: Fields, pii: Fields) => Told>> = {
  engagement_recorded: engagement,
  engagement_reclassified: simple('reclassified', (data) =>
    joined(`${text(data['engagement'])} was a machine’s`, text(data['reason']).replaceAll('_', ' ')),
  ),
  engagement_too_late: (data, pii) => ({ what: 'too late', detail: Object.values(engagement(data, pii)).join(' ') }),
  address_set: simple('address set', (data, pii) => joined(known(pii['email']), by(data))),
  attribute_set: simple('attribute set', (data, pii) =>
    joined(`${text(data['name'])} = ${text(pii['value'])}`, by(data)),
  ),
  attribute_cleared: simple('attribute cleared', (data) => joined(text(data['name']), by(data))),
  tag_added: simple('tag added', (data, pii) => joined(known(pii['tag']), by(data))),
  tag_removed: simple('tag removed', (data, pii) => joined(known(pii['tag']), by(data))),
  score_added: simple('score', (data) => joined(signed(Number(data['points'])), by(data))),
  stage_set: simple('stage set', (data, pii) => joined(known(pii['stage']), by(data))),
  owner_set: simple('owner set', (data, pii) => joined(known(pii['owner']), by(data))),
  time_zone_set: simple('time zone set', (data, pii) => joined(known(pii['timeZone']), by(data))),
  consent_set: simple('consent', (data, pii) =>
    joined(
      `${known(pii['purpose'])} ${data['given'] === true ? 'given' : 'withdrawn'}`,
      known(pii['source']),
      by(data),
    ),
  ),
  contact_deleted: simple('deleted', (data, pii) => joined(known(pii['reason']), by(data))),
  suppressed: simple('suppressed', (data, pii) =>
    joined(text(data['scope']), text(data['reason']), by(data), known(pii['note'])),
  ),
  suppression_lifted: simple('lifted', (data, pii) =>
    joined(text(data['scope']), text(data['reason']), by(data), known(pii['note'])),
  ),
  enrolled: simple('enrolled', (data) => joined(text(data['sequence']), by(data))),
  exited: simple('exited', (data) => joined(text(data['sequence']), by(data))),
  rule_fired: simple('rule fired', rule),
  rule_held: simple('rule held', (data) => {
    const actions = data['actions'] as readonly unknown[] | undefined;
    const held = actions?.length ? ` (${actions.map(text).join(', ')})` : '';
    return `${rule(data)}: ${text(data['reason'])}${held}`;
  }),
  rule_failed: simple('rule failed', (data, pii) => joined(rule(data), known(pii['error']))),
  effect_requested: simple('effect', (data, pii) =>
    joined(`${text(data['kind'])} ${known(pii['to'])}`.trim(), known(pii['title']), by(data)),
  ),
  effect_outcome_recorded: simple('outcome', (data, pii) =>
    joined(`${text(data['target'])} ${text(data['outcome'])}`, known(data['reason']), known(pii['detail'])),
  ),
  notification_taken: simple('taken', (_, pii) => `by ${known(pii['by'])}`),
  notification_done: simple('done', (_, pii) => `by ${known(pii['by'])}`),
  command_refused: simple('refused', (data) => `a command: ${text(data['reason'])}`),
  link_suggested: simple('met together', (data) => `with ${text(data['alias'])}`),
  link_requested: simple('asks to join', (data) => joined(`contact ${text(data['to'])}`, by(data))),
  link_refused: simple('did not join', (data) =>
    joined(`contact ${text(data['to'])}`, text(data['reason']).replaceAll('_', ' ')),
  ),
  timer_armed: simple('to be looked at', (data) =>
    joined(`for ${text(data['purpose'])}`, `on ${new Date(Number(data['dueAt'])).toISOString()}`),
  ),
  timer_fired: simple('looked at', (data) => `for ${text(data['purpose'])}, as was due`),
  segment_entered: simple('segment entered', (data) =>
    joined(text(data['segment']), data['silent'] === true ? 'silently' : ''),
  ),
  segment_left: simple('segment left', (data) =>
    joined(text(data['segment']), data['retired'] === true ? 'retired' : data['silent'] === true ? 'silently' : ''),
  ),
  link_deferred: simple('waits to join', (data) => `contact ${text(data['alias'])}`),
  alias_added: simple('takes in', (data) => `contact ${text(data['alias'])}`),
  linked: simple('linked', (data) => `to contact ${text(data['contactId'])}`),
  merged: simple('merged', (data) => `with contact ${text(data['alias'])}`),
};

function signed(points: number): string {
  return points < 0 ? String(points) : `+${points}`;
}
