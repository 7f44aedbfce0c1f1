/** `lift: all`: lifts what a rule suppressed; what the person, their mail server or people of ours suppressed stays. */
import { member } from '../facts.js';
import { actionKind } from './action.js';
import { SCOPE, SCOPE_CURE } from './suppress.js';

export const lift = actionKind<string>({
  kind: 'lift',
  effect: false,
  parse: (field, source) => source.name(field, 'a scope', SCOPE, SCOPE_CURE),
  target: (scope) => scope,
  decide(scope, { facts, by, subject }) {
    const entry = member(member(facts.suppressions, subject) ?? {}, scope);
    if (!entry?.on || entry.reason !== 'rule') return [];
    return [{ type: 'suppression_lifted', v: 1, data: { by, scope, reason: 'rule', subject }, pii: null }];
  },
});
