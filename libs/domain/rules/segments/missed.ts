/** What definitions in force would ask for in vain: so that no segment is taken away, or put back, under what needs it. Pure. */
import { compileRules, type RuleSource } from '../compile.js';
import { cycleOf } from './order.js';

/**
 * Segments that these rules and segments name and that are not among them, each with who asks; and a cycle between them. In plain words,
 * none where all holds together. Throws as compileRules does.
 */
export function missedSegments(definitions: readonly RuleSource[]): readonly string[] {
  const { rules, segments } = compileRules(definitions);
  const asking = [
    ...rules.map((rule) => ({
      who: `rule ${rule.name}`,
      asked: [rule.on.segment ?? [], rule.if?.segments ?? []].flat(),
    })),
    ...segments.all.map(({ name, if: { segments: asked } }) => ({ who: `segment ${name}`, asked })),
  ];
  const missed = asking.flatMap(({ who, asked }) =>
    [...new Set(asked)]
      .filter((name) => segments.named(name) === null)
      .map((name) => `${who} asks for segment ${name}, which would not be in force`),
  );
  const cycle = cycleOf(segments.all);
  return cycle === null ? missed : [...missed, `segments would ask for each other: ${cycle.join(', ')}`];
}
