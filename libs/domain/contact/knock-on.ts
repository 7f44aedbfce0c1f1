/**
 * Changes that trigger rules, and the changes that those make. The rules on the input itself have run by then. Changes are taken in the
 * order in which they were recorded, and all rules of one run, by priority and name, before the next is taken: what a rule changes waits
 * behind what was changed before it. A rule sees the contact as everything before it has left it. When nothing waits any more, the segments
 * are judged: what the contact enters or leaves by it are the next changes, as deep in the chain as what they came from.
 */

import { ChangeView } from '#domain/rules/condition/change-view.js';
import type { RulesInForce } from '#domain/rules/in-force.js';
import { changeOf } from './change.js';
import type { Recording } from './recording.js';
import { type Occasion, runRules } from './run-rules.js';
import { type Judging, judgeSegments } from './segments.js';

/** So many rules may follow from each other: the change that the last one makes triggers nothing any more. */
export const MAX_DEPTH = 8;
/** So many rules may fire on the changes of one input: a rule that changes two things at each step doubles at each step. */
export const MAX_FIRINGS = 100;

export interface KnockOn extends Pick<Occasion, 'subject' | 'late'>, Pick<Judging, 'input' | 'takeIn'> {
  /** Place of the first event that rules on the input itself made: those before it were made by none. */
  readonly rulesFrom: number;
  /** Place of the first event that may trigger; left out: the first of all. */
  readonly from?: number;
}

export function runKnockOns(
  recording: Recording,
  rules: RulesInForce,
  { rulesFrom, from = 0, input, takeIn = false, ...occasion }: KnockOn,
): void {
  /** By place: how many rules stand in the chain of an event. */
  const depths: number[] = recording.events.map((_, place) => (place < rulesFrom ? 0 : 1));
  const told = new Set<string>();
  let fired = 0;
  let counted = recording.events.length;
  const firings = (): number => {
    for (; counted < recording.events.length; counted += 1)
      if (recording.events[counted]?.type === 'rule_fired') fired += 1;
    return fired;
  };
  const judging = { input, takeIn, silent: false };
  for (let place = from; place < recording.events.length || judgeSegments(recording, rules, judging); place += 1) {
    for (const { causationId } of recording.events.slice(depths.length))
      depths.push(depths[recording.events.findIndex(({ id }) => id === causationId)] ?? 0);
    const event = recording.events[place]!;
    const change = changeOf(event, () => recording.around(place));
    if (!change || !rules.triggers.has(change.type)) continue;
    const depth = depths[place] ?? 0;
    runRules(recording, rules, {
      ...occasion,
      event: new ChangeView(change),
      cause: event.id,
      held: (rule) => {
        if (depth < MAX_DEPTH && firings() < MAX_FIRINGS) return null;
        const first = !told.has(rule.name);
        told.add(rule.name);
        return first ? 'cycle' : 'told';
      },
    });
    while (depths.length < recording.events.length) depths.push(depth + 1);
  }
}
