/**
 * How far a rule would reach: on which days it would act on a contact, had it been in force so far, and on which it will as things
 * stand. Many contacts on one day are many who are acted on at once.
 */
import type { ContactEvent, Recorded } from '#contracts/contact-events.js';
import type { Uuid } from '#contracts/ids.js';
import { DAY } from '#domain/rules/duration.js';
import type { RulesInForce } from '#domain/rules/in-force.js';
import type { CompiledRule } from '#domain/rules/rule.js';
import { evolve } from '../evolve.js';
import { withHistory } from '../history.js';
import { initial } from '../state.js';
import { countedBy, tryRule } from './try-rule.js';
import { holdsWhenDue } from './verdict.js';

/** Days looked at: so many back for what comes in, so many ahead for what is due. */
export const REACH_DAYS = 30;

/** It asks something of the world or suppresses: more than a mark on the record, and not to be taken back by another version. */
export function isLoud({ then }: Pick<CompiledRule, 'then'>): boolean {
  return then.some(loud);
}

/**
 * Days since the epoch (UTC). `rules`: that one rule in force. `events`: the contact's whole record. Of a loud rule only what it asks or
 * suppresses counts.
 */
export function actingDays(
  rules: RulesInForce,
  of: { readonly workspaceId: Uuid; readonly contactId: Uuid },
  events: readonly Recorded<ContactEvent>[],
  now: number,
): ReadonlySet<number> {
  const [rule] = rules.rules;
  if (!rule) return new Set();
  if (rule.on.due) return new Set(dueDays(rules, rule, of, events, now));
  const counts = isLoud(rule) ? new Set(rule.then.filter(loud).map(({ kind }) => kind)) : null;
  const acted = tryRule(rules, of, events).filter(
    ({ outcome, acts, recordedAt }) =>
      outcome === 'fires' &&
      recordedAt > now - REACH_DAYS * DAY &&
      (counts === null || acts.some((kind) => counts.has(kind))),
  );
  return new Set(acted.map(({ recordedAt }) => Math.floor(recordedAt / DAY)));
}

function dueDays(
  rules: RulesInForce,
  rule: CompiledRule,
  { workspaceId, contactId }: { readonly workspaceId: Uuid; readonly contactId: Uuid },
  events: readonly Recorded<ContactEvent>[],
  now: number,
): readonly number[] {
  const state = countedBy(rules, events).reduce(evolve, withHistory(initial(workspaceId, contactId), rules, []));
  const dueAt = rule.on.due?.(state) ?? null;
  if (state.deleted || dueAt === null || dueAt <= now || dueAt > now + REACH_DAYS * DAY) return [];
  const asks = isLoud(rule) ? rule.then.filter(loud) : rule.then;
  if (!holdsWhenDue(rule, state, dueAt) || asks.every((action) => action.holds(state) !== null)) return [];
  return [Math.floor(dueAt / DAY)];
}

function loud({ effect, kind }: CompiledRule['then'][number]): boolean {
  return effect || kind === 'suppress';
}
