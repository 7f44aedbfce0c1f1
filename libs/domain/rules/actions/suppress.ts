/** `suppress: all` (or `group:ID`, `list:ID`): nothing of this scope is sent to the address any more. */
import { isOfAddressAlone, member } from '../facts.js';
import { actionKind } from './action.js';

export const SCOPE = /^(?:all|(?:group|list):[^\s]{1,100})$/;
export const SCOPE_CURE = 'write all, group:ID or list:ID';

export const suppress = actionKind<string>({
  kind: 'suppress',
  effect: false,
  parse: (field, source) => source.name(field, 'a scope', SCOPE, SCOPE_CURE),
  target: (scope) => scope,
  decide(scope, { facts, by, subject }) {
    const entry = member(member(facts.suppressions, subject) ?? {}, scope);
    if (entry?.on && !isOfAddressAlone(entry)) return [];
    return [{ type: 'suppressed', v: 1, data: { by, scope, reason: 'rule', subject }, pii: null }];
  },
});
