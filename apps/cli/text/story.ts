/** Why an effect came about, as an indented story: each step stands one further in than what led to it. */
import type { Effect, TimelineEvent, Why } from '../answers.js';
import { tellEvent } from './event.js';
import { oneLine } from './plain.js';
import { zonedTime } from './time.js';

/** A step's line, and what belongs to it. */
type Step = readonly [head: string, ...details: string[]];

const INDENT = '  ';
/** Width of a step's name. */
const NAME = 12;

export function storyOf({ effect, decision, chain, delivery }: Why): readonly string[] {
  const steps = [
    ...(delivery ? [requestStep(delivery)] : []),
    ...(chain[0] ? [rootStep(chain[0])] : []),
    ...(decision ? [decisionStep(decision)] : []),
    effectStep(effect),
  ];
  const lines = steps.flatMap(([head, ...details], depth) => {
    const margin = INDENT.repeat(depth);
    return [margin + head, ...details.map((detail) => margin + ' '.repeat(NAME) + detail)];
  });
  return [...lines, ...outcomesOf(effect).map((line) => INDENT.repeat(steps.length) + line)];
}

function head(name: string, at: string, what: string): string {
  return `${name.padEnd(NAME)}${zonedTime(at)}  ${what}`;
}

function requestStep({ receivedAt, source, provider, id, element, request }: NonNullable<Why['delivery']>): Step {
  return [
    head('request', receivedAt, `from ${source ?? 'a deleted source'} (${provider})`),
    `delivery ${id}, element ${element}`,
    ...(request ? [`${request.method} ${request.url}`] : []),
  ];
}

function rootStep(event: TimelineEvent): Step {
  const { what, detail } = tellEvent(event);
  const name = event.type.startsWith('engagement') ? 'engagement' : 'input';
  return [
    head(name, event.occurredAt, detail === '' ? what : `${what}: ${detail}`),
    `recorded ${zonedTime(event.recordedAt)}, event ${event.id}`,
  ];
}

function decisionStep({ at, rule, version, engine, values }: NonNullable<Why['decision']>): Step {
  const saw =
    values === null
      ? ['what its conditions saw is erased with the contact']
      : Object.entries(values).map(([name, value]) => `saw ${oneLine(name)} = ${oneLine(JSON.stringify(value))}`);
  return [head('rule', at, `${rule} version ${version} (engine ${engine})`), ...saw];
}

function effectStep({ id, kind, recipient, title, contactId, requestedAt }: Effect): Step {
  return [
    head('effect', requestedAt, recipient === null ? kind : `${kind} ${oneLine(recipient)}`),
    ...(title === null ? [] : [oneLine(title)]),
    `${id}, of contact ${contactId}`,
  ];
}

function outcomesOf({ outcomes, notAfter }: Effect): readonly string[] {
  const told = Object.entries(outcomes).map(([target, { outcome, at, attempts, reason, detail }]) => {
    const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
    const why = [outcome, reason, detail && oneLine(detail), tries].filter(Boolean).join(', ');
    return head('outcome', at, `${target} ${why}`);
  });
  return told.length > 0 ? told : [`${'outcome'.padEnd(NAME)}none yet; nothing is sent after ${zonedTime(notAfter)}`];
}
