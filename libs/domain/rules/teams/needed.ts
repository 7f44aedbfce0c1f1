/** Which rules need a team or an owner: so that one which a rule in force names is not taken away under it. Pure. */
import type { AttributeTypes } from '../attributes/type.js';
import { parseRule } from '../parse-rule.js';
import { segmentOfDefinition } from '../segments/segment.js';

/** A version of a rule as it is kept. */
export interface KeptRule {
  readonly rule: string;
  readonly yaml: string;
  readonly templates: { readonly [name: string]: string };
  readonly attributes: AttributeTypes;
}

/** Names of teams, addresses of owners. */
export interface Named {
  readonly teams: readonly string[];
  readonly owners: readonly string[];
}

export interface Needed {
  readonly kind: 'team' | 'owner';
  readonly name: string;
  readonly rule: string;
}

const KINDS = [
  ['team', 'teams'],
  ['owner', 'owners'],
] as const;

/** Of those there were, those that are gone after and that one of the rules names, each with that rule. */
export function neededBy(rules: readonly KeptRule[], before: Named, after: Named): readonly Needed[] {
  return KINDS.flatMap(([kind, list]) => {
    const gone = before[list].filter((name) => !after[list].includes(name));
    return gone.flatMap((name) => {
      const without = { ...before, [list]: before[list].filter((one) => one !== name) };
      const needing = rules.filter((rule) => problemsOf(rule, without) > problemsOf(rule, before));
      return needing.map(({ rule }) => ({ kind, name, rule }));
    });
  });
}

function problemsOf({ rule, yaml, templates, attributes }: KeptRule, { teams, owners }: Named): number {
  if (segmentOfDefinition(rule) !== null) return 0;
  const parsed = parseRule(`rules/${rule}.yaml`, yaml, { attributes, templates, sequences: null, teams, owners });
  return 'problems' in parsed ? parsed.problems.length : 0;
}
