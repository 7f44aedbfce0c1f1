/**
 * A rule tried on one contact's record: what it would have made of each event up to now, had it been in force from the first. Nothing is
 * decided, and nothing that it would have changed is seen by what follows: the record is as it is. Its limit alone is kept in mind.
 */
import type { ContactEvent, HeldReason, Recorded } from '#contracts/contact-events.js';
import type { Uuid } from '#contracts/ids.js';
import { EventView } from '#domain/rules/condition/event-view.js';
import type { RulesInForce } from '#domain/rules/in-force.js';
import type { CompiledRule } from '#domain/rules/rule.js';
import { asMachine } from '../as-machine.js';
import { withHistory } from '../history.js';
import { initial } from '../state.js';
import { type Verdict, verdictsOf } from './verdict.js';

export type Outcome = 'fires' | 'held' | 'not' | 'errs';

export interface Trial extends Omit<Verdict, 'state'> {
  readonly outcome: Outcome;
  /** Actions that would act, and those held back with the reason: kinds, as they stand in the rule. */
  readonly acts: readonly string[];
  readonly held: readonly { readonly action: string; readonly reason: HeldReason }[];
}

/** `rules`: that one rule in force. `events`: the contact's whole record, in the order of its versions. */
export function tryRule(
  rules: RulesInForce,
  { workspaceId, contactId }: { readonly workspaceId: Uuid; readonly contactId: Uuid },
  events: readonly Recorded<ContactEvent>[],
): readonly Trial[] {
  const [rule] = rules.rules;
  if (!rule) return [];
  const start = withHistory(initial(workspaceId, contactId), rules, []);
  const { verdicts } = verdictsOf(rule, start, countedBy(rules, events));
  const firings: number[] = [];
  return verdicts.map(({ state, ...verdict }): Trial => {
    if (!verdict.matches) {
      const errs = verdict.where?.error != null || verdict.if?.error != null;
      return { ...verdict, outcome: errs ? 'errs' : 'not', acts: [], held: [] };
    }
    const limited = isLimited(rule, firings, verdict.recordedAt);
    const judged = rule.then.map((action) => {
      const reason: HeldReason | null =
        action.effect && verdict.late ? 'late' : (action.holds(state) ?? (action.effect && limited ? 'limit' : null));
      return { action: action.kind, effect: action.effect, reason };
    });
    const acting = judged.filter(({ reason }) => reason === null);
    if (acting.some(({ effect }) => effect)) firings.push(verdict.recordedAt);
    const held = judged.flatMap(({ action, reason }) => (reason === null ? [] : [{ action, reason }]));
    const acts = acting.map(({ action }) => action);
    return { ...verdict, outcome: acts.length > 0 ? 'fires' : 'held', acts, held };
  });
}

function isLimited({ perContact }: CompiledRule, firings: readonly number[], now: number): boolean {
  if (!perContact) return false;
  return firings.filter((at) => at > now - perContact.window).length >= perContact.count;
}

/** As the rule's own counters would have counted them. */
export function countedBy(
  rules: RulesInForce,
  events: readonly Recorded<ContactEvent>[],
): readonly Recorded<ContactEvent>[] {
  const engagements = new Map<Uuid, Extract<Recorded<ContactEvent>, { type: 'engagement_recorded' }>>();
  return events.map((event): Recorded<ContactEvent> => {
    if (event.type === 'engagement_recorded') {
      engagements.set(event.id, event);
      const { counted: _, countedAsMachine: __, ...pii } = event.pii;
      if (event.data.ambiguous) return { ...event, pii };
      const counted = rules.counted(new EventView(event));
      const countedAsMachine = rules.counted(new EventView(asMachine(event)));
      return { ...event, pii: { ...pii, counted, countedAsMachine } };
    }
    if (event.type === 'engagement_reclassified') {
      const of = engagements.get(event.data.engagementId);
      if (!of) return { ...event, pii: { uncounted: [], counted: [] } };
      const before = rules.counted(new EventView(of));
      const after = rules.counted(new EventView(asMachine(of)));
      const pii = {
        uncounted: before.filter((id) => !after.includes(id)),
        counted: after.filter((id) => !before.includes(id)),
      };
      return { ...event, pii };
    }
    return event;
  });
}
