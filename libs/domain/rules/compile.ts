/** Compiles the versions in force of one workspace: once for each set, indexed by trigger and by one equality term a rule. */
import { deriveId } from '#contracts/ids.js';
import { type AttributeType, isAttributeType } from './attributes/type.js';
import type { EqualityTerm } from './condition/condition.js';
import type { TriggerView } from './condition/event-shape.js';
import { EventView } from './condition/event-view.js';
import { type CompiledCounter, compileCounter } from './condition/filter.js';
import type { RulesInForce } from './in-force.js';
import { parseRule } from './parse-rule.js';
import { printProblem, type RuleProblem } from './problem.js';
import type { CompiledRule } from './rule.js';
import { type SegmentsInForce, segmentsInForce } from './segments/in-force.js';
import { parseSegment } from './segments/parse-segment.js';
import { type CompiledSegment, segmentOfDefinition } from './segments/segment.js';
import type { Vocabulary } from './vocabulary.js';

/** An immutable version of a rule, or of a segment (`segment:NAME`), as it was published, with all it needs to be compiled. */
export interface RuleSource {
  readonly rule: string;
  readonly version: number;
  readonly yaml: string;
  readonly templates: { readonly [name: string]: string };
  /** Declared types by name. */
  readonly attributes?: { readonly [name: string]: string };
}

/** Throws when a source does not check here: this process may be older than the one that published it. */
export function compileRules(sources: readonly RuleSource[]): RulesInForce {
  const rules: CompiledRule[] = [];
  const segments: CompiledSegment[] = [];
  for (const source of sources) {
    if (segmentOfDefinition(source.rule) === null) rules.push(compileRule(source));
    else segments.push(compileSegment(source));
  }
  return inForce(rules, segmentsInForce(segments));
}

function compileRule(source: RuleSource): CompiledRule {
  const parsed = parseRule(placeOf(source), source.yaml, vocabularyOf(source));
  if ('problems' in parsed) throw unreadable(source, parsed.problems);
  return { ...parsed.rule, version: source.version, groupWindow: 0 };
}

function compileSegment(source: RuleSource): CompiledSegment {
  const parsed = parseSegment(placeOf(source), source.yaml, vocabularyOf(source));
  if ('problems' in parsed) throw unreadable(source, parsed.problems);
  return { ...parsed.segment, version: source.version };
}

function placeOf({ rule: name, version }: RuleSource): string {
  return `${name}@${version}`;
}

function vocabularyOf({ templates, attributes = {} }: RuleSource): Vocabulary {
  const types = Object.entries(attributes).filter((one): one is [string, AttributeType] => isAttributeType(one[1]));
  return { templates, attributes: Object.fromEntries(types), sequences: null, owners: null, teams: null };
}

function unreadable({ rule: name, version }: RuleSource, problems: readonly RuleProblem[]): Error {
  return new Error(`rule ${name} version ${version} cannot be read here:\n${problems.map(printProblem).join('\n')}`);
}

function inForce(unordered: readonly CompiledRule[], segments: SegmentsInForce): RulesInForce {
  const windows = groupWindows(unordered);
  const grouped = unordered.map((rule) => ({ ...rule, groupWindow: windows.get(rule.group ?? '') ?? 0 }));
  const rules = grouped.sort((a, b) => b.priority - a.priority || (a.name < b.name ? -1 : 1));
  const counters = countersOf([...rules, ...segments.all]);
  const byType = new Map<string, Index>();
  const triggers = new Set(rules.map(({ on }) => on.type));
  for (const type of triggers) byType.set(type, indexOf(rules, type));
  const countersByType = Map.groupBy(counters, ({ type }) => type);
  return {
    rules,
    segments,
    counters: counters.map(({ id, type, variable, filter }) => ({ id, type, variable, filter })),
    countersKey: counters.length === 0 ? '' : deriveId('counters', ...counters.map(({ id }) => id)),
    triggers,
    waiting: new Map(rules.filter(({ on }) => on.due).map((rule) => [`rule:${rule.name}`, rule])),
    scoreLines: [...new Set(rules.flatMap(({ on }) => on.scoreLine ?? []))].sort((a, b) => a - b),
    candidates: (event) => byType.get(event.type)?.(event) ?? [],
    counted: (event) => {
      const asked = countersByType.get(event.type);
      if (!asked) return [];
      return asked.filter((counter) => counter.counts(event)).map(({ id }) => id);
    },
  };
}

/** How long firings of each group are asked for. */
function groupWindows(rules: readonly CompiledRule[]): ReadonlyMap<string, number> {
  const windows = new Map<string, number>();
  for (const { group, perGroup } of rules)
    if (group !== null && perGroup) windows.set(group, Math.max(perGroup.window, windows.get(group) ?? 0));
  return windows;
}

function countersOf(rules: readonly Pick<CompiledRule, 'if'>[]): readonly CompiledCounter[] {
  const definitions = rules.flatMap(({ if: asks }) => asks?.counters ?? []);
  const byId = new Map(definitions.map((definition) => [definition.id, definition]));
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).map(compileCounter);
}

type Index = (event: TriggerView) => readonly CompiledRule[];

interface Ranked {
  readonly rank: number;
  readonly rule: CompiledRule;
}

/** Rules of one trigger: each stands under the term of the field with the most literals, or in the list that is always asked. */
function indexOf(all: readonly CompiledRule[], type: string): Index {
  const ranked = all.filter(({ on }) => on.type === type).map((rule, rank) => ({ rank, rule }));
  const spread = new Map<string, Set<string>>();
  for (const { rule } of ranked) {
    for (const { field, literal } of termsOf(rule)) spread.set(field, (spread.get(field) ?? new Set()).add(literal));
  }
  const always: Ranked[] = [];
  const byField = new Map<string, Map<string, Ranked[]>>();
  for (const one of ranked) {
    const best = bestTerm(termsOf(one.rule), spread);
    if (!best) {
      always.push(one);
      continue;
    }
    const byLiteral = byField.get(best.field) ?? new Map<string, Ranked[]>();
    byField.set(best.field, byLiteral);
    const same = byLiteral.get(best.literal);
    if (same) same.push(one);
    else byLiteral.set(best.literal, [one]);
  }
  const fields = [...byField];
  const plainList = ranked.map(({ rule }) => rule);
  const triggered = (rules: readonly CompiledRule[], event: TriggerView): readonly CompiledRule[] =>
    event instanceof EventView ? rules : rules.filter(({ on }) => on.matches(event));
  if (fields.length === 0) return (event) => triggered(plainList, event);
  return (event) => {
    const hits = always.slice();
    const values = event as unknown as { readonly [field: string]: unknown };
    for (const [field, byLiteral] of fields) hits.push(...(byLiteral.get(values[field] as string) ?? []));
    return triggered(
      hits.sort((a, b) => a.rank - b.rank).map(({ rule }) => rule),
      event,
    );
  };
}

/** `event.type == …` says nothing more than the trigger. */
function termsOf(rule: CompiledRule): readonly EqualityTerm[] {
  return [...rule.on.terms, ...(rule.where?.terms ?? [])].filter(({ field }) => field !== 'type');
}

function bestTerm(
  terms: readonly EqualityTerm[],
  spread: ReadonlyMap<string, ReadonlySet<string>>,
): EqualityTerm | null {
  let best: EqualityTerm | null = null;
  for (const term of terms) {
    if (!best || (spread.get(term.field)?.size ?? 0) > (spread.get(best.field)?.size ?? 0)) best = term;
  }
  return best;
}
