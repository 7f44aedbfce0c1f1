/**
 * What one rule makes of events on record, without deciding anything: for each event that triggers it, whether its conditions hold and
 * what they saw. The contact is seen as the event and its consequences left it, before any rule.
 */
import type { ContactEvent, EngagementRecorded, Recorded } from '#contracts/contact-events.js';
import type { Uuid } from '#contracts/ids.js';
import type { Json } from '#contracts/json.js';
import { ChangeView } from '#domain/rules/condition/change-view.js';
import type { Condition } from '#domain/rules/condition/condition.js';
import { ContactView } from '#domain/rules/condition/contact-view.js';
import { DueView } from '#domain/rules/condition/due-view.js';
import type { ConditionScope } from '#domain/rules/condition/environment.js';
import type { TriggerView } from '#domain/rules/condition/event-shape.js';
import { EventView } from '#domain/rules/condition/event-view.js';
import type { CompiledRule } from '#domain/rules/rule.js';
import { changeOf } from '../change.js';
import { evolve } from '../evolve.js';
import type { ContactState } from '../state.js';

/** `holds`: null where it erred, with `error`. */
export interface Asked {
  readonly holds: boolean | null;
  readonly error: string | null;
  readonly values: { readonly [name: string]: Json };
}

export interface Verdict {
  /** The event that triggers. */
  readonly eventId: Uuid;
  readonly type: string;
  /** Milliseconds. */
  readonly occurredAt: number;
  readonly recordedAt: number;
  readonly late: boolean;
  /** Null where the rule has none, or (`if`) was not asked because `where` did not hold. */
  readonly where: Asked | null;
  readonly if: Asked | null;
  /** Both hold. */
  readonly matches: boolean;
  /** The contact as the conditions saw it. */
  readonly state: ContactState;
}

/** `state`: before the first of them, with the counters of the rule; each engagement tells which of those count it. */
export function verdictsOf(
  rule: CompiledRule,
  state: ContactState,
  events: readonly Recorded<ContactEvent>[],
): { readonly state: ContactState; readonly verdicts: readonly Verdict[] } {
  const verdicts: Verdict[] = [];
  const states = [state];
  for (const event of events) states.push(evolve(states.at(-1)!, event));
  events.forEach((event, index) => {
    const before = states[index]!;
    const after = states[index + 1]!;
    const trigger = triggerOf(event, before, after);
    if (!trigger || trigger.type !== rule.on.type || !rule.on.matches(trigger)) return;
    const seen = event.type === 'engagement_recorded' ? states[index + 1 + consequences(events, index)]! : after;
    verdicts.push(judge(rule, trigger, event, seen));
  });
  return { state: states.at(-1)!, verdicts };
}

function triggerOf(event: Recorded<ContactEvent>, before: ContactState, after: ContactState): TriggerView | null {
  if (event.type === 'engagement_recorded') return asksRules(event) ? new EventView(event) : null;
  const change = changeOf(event, () => ({ before, after, now: event.recordedAt }));
  return change && new ChangeView(change);
}

function asksRules({ data }: EngagementRecorded): boolean {
  return !data.ambiguous && !data.imported;
}

/** How many events after that at `index` follow from it without a rule. */
function consequences(events: readonly Recorded<ContactEvent>[], index: number): number {
  const root = events[index]!.correlationId;
  const next = events.slice(index + 1).findIndex((event) => event.correlationId !== root || ofRule(event));
  return next === -1 ? events.length - index - 1 : next;
}

function ofRule(event: ContactEvent): boolean {
  if (event.type === 'rule_fired' || event.type === 'rule_held' || event.type === 'rule_failed') return true;
  return event.data !== null && 'by' in event.data && typeof event.data.by === 'object' && 'rule' in event.data.by;
}

/** Whether the conditions would hold at a time that the rule waits for, of the contact as it is. False where one errs. */
export function holdsWhenDue(rule: CompiledRule, state: ContactState, dueAt: number): boolean {
  const contact = new ContactView(state, dueAt);
  contact.types = rule.attributes;
  const event = new DueView(rule.on.type);
  const scope: ConditionScope = { event, contact, $history: { facts: state, now: dueAt } };
  return [rule.where, rule.if].every((condition) => condition === null || ask(condition, scope).holds === true);
}

function judge(rule: CompiledRule, trigger: TriggerView, event: Recorded<ContactEvent>, state: ContactState): Verdict {
  const now = event.recordedAt;
  const contact = new ContactView(state, now);
  contact.types = rule.attributes;
  if (!(trigger instanceof EventView)) trigger.valueType = rule.on.event.valueType ?? 'string';
  const scope: ConditionScope = { event: trigger, contact, $history: { facts: state, now } };
  const where = rule.where && ask(rule.where, scope);
  const holds = where === null || where.holds === true;
  const asks = holds && rule.if ? ask(rule.if, scope) : null;
  return {
    eventId: event.id,
    type: trigger.type,
    occurredAt: event.occurredAt,
    recordedAt: event.recordedAt,
    late: event.type === 'engagement_recorded' && event.data.late === true,
    where,
    if: asks,
    matches: holds && (asks === null || asks.holds === true),
    state,
  };
}

function ask(condition: Condition, scope: ConditionScope): Asked {
  const values = Object.fromEntries(
    condition.readings.map(({ name, value }) => [
      name,
      attempt(
        () => value(scope),
        (error) => `(${error})`,
      ),
    ]),
  );
  let error: string | null = null;
  const holds = attempt(
    () => condition.holds(scope),
    (told) => {
      error = told;
      return null;
    },
  );
  return { holds, error, values };
}

/** The first line of the library's message: it adds a drawing of the place. */
function attempt<T, E>(work: () => T, otherwise: (error: string) => E): T | E {
  try {
    return work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return otherwise(message.split('\n', 1)[0] ?? '');
  }
}
