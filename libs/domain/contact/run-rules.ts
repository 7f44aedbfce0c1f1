/**
 * The rules on one recorded engagement or change, by priority and name. Each sees the contact as the engagement, its consequences and the rules
 * before it left it; within a rule, each action as those before it left it.
 */
import type { ContactEvent, RuleFired, RuleHeld } from '#contracts/contact-events.js';
import { deriveId, type Uuid } from '#contracts/ids.js';
import type { Json } from '#contracts/json.js';
import type { Action, ActionScope, HeldReason } from '#domain/rules/actions/action.js';
import { ChangeView } from '#domain/rules/condition/change-view.js';
import { ContactView } from '#domain/rules/condition/contact-view.js';
import type { ConditionScope } from '#domain/rules/condition/environment.js';
import type { TriggerView } from '#domain/rules/condition/event-shape.js';
import type { RulesInForce } from '#domain/rules/in-force.js';
import { type CompiledRule, ENGINE, type Limit } from '#domain/rules/rule.js';
import { templateValues } from '#domain/rules/template/values.js';
import { get } from './dict.js';
import type { Recording } from './recording.js';
import { messageOf, seen } from './seen-values.js';
import { type ContactState, firingsOfGroup } from './state.js';

export interface Occasion {
  readonly event: TriggerView;
  /** Id of the event that triggers. */
  readonly cause: Uuid;
  /** Subject of the address concerned. */
  readonly subject: Uuid;
  /** Older than `late_after`: effects are held. */
  readonly late: boolean;
  /** Why a rule that matches is held back whole; `told`: it is on record already. Left out: it never is. */
  readonly held?: (rule: CompiledRule) => HeldReason | 'told' | null;
}

export function runRules(recording: Recording, rules: RulesInForce, occasion: Occasion): void {
  runOnly(recording, rules.candidates(occasion.event), occasion);
}

/** These alone, in this order; the event is one that triggers them. */
export function runOnly(recording: Recording, candidates: readonly CompiledRule[], occasion: Occasion): void {
  if (candidates.length === 0) return;
  const scope = {
    event: occasion.event,
    contact: new ContactView(recording.state, recording.now),
    $history: { facts: recording.state, now: recording.now },
  };
  const passed: Passed = { stopped: false, groups: new Set() };
  for (const rule of candidates) {
    scope.contact.facts = recording.state;
    scope.$history.facts = recording.state;
    scope.contact.types = rule.attributes;
    if (occasion.event instanceof ChangeView) occasion.event.valueType = rule.on.event.valueType ?? 'string';
    runRule(recording, rule, occasion, scope, passed);
  }
}

/** What rules that matched this event leave to those after them. */
interface Passed {
  stopped: boolean;
  readonly groups: Set<string>;
}

function runRule(
  recording: Recording,
  rule: CompiledRule,
  occasion: Occasion,
  scope: ConditionScope,
  passed: Passed,
): void {
  const judged = { rule: rule.name, version: rule.version, engine: ENGINE };
  const origin = (action: string) => ({ cause: occasion.cause, decision: `rule ${rule.name}`, action });
  const failed = (error: unknown) => {
    const pii = { error: messageOf(error) };
    recording.record({ type: 'rule_failed', v: 1, data: judged, pii }, origin('failed'));
  };

  let values: { readonly [name: string]: Json };
  try {
    if (rule.where && !rule.where.holds(scope)) return;
    if (rule.if && !rule.if.holds(scope)) return;
    values = valuesSeen(rule, scope);
  } catch (error) {
    failed(error);
    return;
  }

  const whole = occasion.held?.(rule) ?? heldByEarlier(rule, passed);
  if (whole === 'told') return;
  const held =
    whole === null
      ? heldBack(rule, recording.state, recording.now, occasion.late)
      : new Map(rule.then.map((action) => [action, whole]));
  const acting = rule.then.filter((action) => !held.has(action));
  const error = recording.attempt(() => {
    let cause = occasion.cause;
    if (acting.length > 0) {
      const data = { ...judged, ...countedUntil(rule, acting, recording.now) };
      cause = recording.record({ type: 'rule_fired', v: 1, data, pii: { values } }, origin('fired'));
    }
    for (const action of acting) act(recording, rule, action, occasion, cause, scope);
    for (const event of heldEvents(judged, held, acting.length === 0, values)) {
      recording.record(event, origin(`held ${event.data.reason}`));
    }
  });
  if (error !== null) {
    failed(error);
    return;
  }
  if (whole !== null) return;
  if (rule.stop) passed.stopped = true;
  if (rule.group !== null) passed.groups.add(rule.group);
}

function heldByEarlier(rule: CompiledRule, { stopped, groups }: Passed): HeldReason | null {
  if (stopped) return 'stopped';
  return rule.group !== null && groups.has(rule.group) ? 'group' : null;
}

/** Firings that request effects count against the limits of the rule and of its group. */
function countedUntil(
  { perContact, group, groupWindow }: CompiledRule,
  acting: readonly Action[],
  now: number,
): Pick<RuleFired['data'], 'countsUntil' | 'group' | 'groupCountsUntil'> {
  if (!acting.some(({ effect }) => effect)) return {};
  return {
    ...(perContact ? { countsUntil: now + perContact.window } : {}),
    ...(group !== null && groupWindow > 0 ? { group, groupCountsUntil: now + groupWindow } : {}),
  };
}

function act(
  recording: Recording,
  rule: CompiledRule,
  action: Action,
  { cause, subject, event }: Occasion,
  fired: Uuid,
  scope: ConditionScope,
): void {
  const actionScope: ActionScope = {
    facts: recording.state,
    by: { rule: rule.name, version: rule.version, action: action.id },
    subject,
    now: recording.now,
    effectId: () => deriveId('effect', recording.state.workspaceId, rule.name, cause, action.id),
    values: () => {
      scope.contact.facts = recording.state;
      return templateValues(scope.contact, event, rule);
    },
  };
  const origin = { cause: fired, decision: `rule ${rule.name}`, action: action.id };
  action.decide(actionScope).forEach((asked: ContactEvent, ordinal) => {
    recording.record(asked, origin, ordinal);
  });
}

/** Effects are held by lateness and by the limit; a change of the record never is. */
function heldBack(
  rule: CompiledRule,
  state: ContactState,
  now: number,
  late: boolean,
): ReadonlyMap<Action, HeldReason> {
  const limited = limitOf(rule, state, now);
  const held = new Map<Action, HeldReason>();
  for (const action of rule.then) {
    const reason = action.effect && late ? 'late' : (action.holds(state) ?? (action.effect ? limited : null));
    if (reason) held.set(action, reason);
  }
  return held;
}

function limitOf({ name, perContact, group, perGroup }: CompiledRule, state: ContactState, now: number) {
  if (reached(perContact, get(state.firings, name), now)) return 'limit';
  return group !== null && reached(perGroup, get(state.firings, firingsOfGroup(group)), now) ? 'group_limit' : null;
}

/** Firings that requested effects within the window, by when they fired. */
function reached(limit: Limit | null, times: readonly number[] = [], now: number): boolean {
  if (!limit) return false;
  let within = 0;
  for (let i = 0; i < times.length; i += 2) if ((times[i] as number) > now - limit.window) within += 1;
  return within >= limit.count;
}

function heldEvents(
  judged: Omit<RuleHeld['data'], 'reason' | 'actions'>,
  held: ReadonlyMap<Action, HeldReason>,
  all: boolean,
  values: { readonly [name: string]: Json },
): readonly RuleHeld[] {
  const byReason = new Map<HeldReason, string[]>();
  for (const [action, reason] of held) byReason.set(reason, [...(byReason.get(reason) ?? []), action.id]);
  return [...byReason].map(([reason, actions]) => ({
    type: 'rule_held',
    v: 1,
    data: { ...judged, reason, actions: all && byReason.size === 1 ? [] : actions },
    pii: { values },
  }));
}

function valuesSeen(rule: CompiledRule, scope: ConditionScope): { readonly [name: string]: Json } {
  const readings = [...(rule.where?.readings ?? []), ...(rule.if?.readings ?? [])];
  return Object.fromEntries(readings.map(({ name, value }) => [name, seen(() => value(scope))]));
}
