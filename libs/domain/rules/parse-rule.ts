/** Reads and checks one rule: every problem with file, line, column and cure. */
import { isScalar } from 'yaml';
import type { Action } from './actions/action.js';
import { ACTIONS } from './actions/table.js';
import { type Condition, type ConditionKind, compileCondition } from './condition/condition.js';
import { ENGAGEMENT } from './condition/event-shape.js';
import { DAY, HORIZON, parseDuration } from './duration.js';
import type { RuleProblem } from './problem.js';
import type { Limit, Rule } from './rule.js';
import { unknownSequence } from './sequences/unknown.js';
import { readTrigger } from './triggers/read-trigger.js';
import type { Trigger } from './triggers/trigger.js';
import { NAME, NO_VOCABULARY, type Vocabulary } from './vocabulary.js';
import { type Field, Source } from './yaml/source.js';
import { readStrict } from './yaml/strict.js';

export const RULE_KEYS = [
  'rule',
  'description',
  'on',
  'priority',
  'where',
  'if',
  'then',
  'limits',
  'settle',
  'stop',
  'group',
];

/** `file` is only told in problems. Names of the vocabulary are checked against it. */
export function parseRule(
  file: string,
  text: string,
  vocabulary: Vocabulary = NO_VOCABULARY,
): { rule: Rule } | { problems: RuleProblem[] } {
  const read = readStrict(file, text);
  if ('problems' in read) return read;
  const source = new Source(file, text, read.yaml);
  const fields = source.fields(source.root, 0, 'a rule', RULE_KEYS);
  const rule = fields && ruleOf(fields, source, vocabulary);
  if (rule && source.problems.length === 0) return { rule };
  return { problems: source.problems.sort((a, b) => (a.file === b.file ? a.line - b.line || a.column - b.column : 0)) };
}

function ruleOf(fields: Map<string, Field>, source: Source, vocabulary: Vocabulary): Rule | null {
  const need = (key: string, cure: string): Field | null =>
    fields.get(key) ?? source.complain(0, `the rule has no ${key}:`, cure);

  const nameField = need('rule', 'add rule: NAME as its first line');
  const name = nameField && source.name(nameField, 'the name', NAME, 'write a name such as hot-lead');
  const onField = need('on', 'add on: clicked (or another trigger)');
  const on = onField && readTrigger(onField, source, vocabulary);
  const event = on?.event ?? ENGAGEMENT;
  const thenField = need('then', 'add then: with a list of actions');
  const then = (thenField && actions(thenField, source, vocabulary)) ?? [];
  const descriptionField = fields.get('description');
  const priorityField = fields.get('priority');
  const limitsField = fields.get('limits');
  const settleField = fields.get('settle');
  const stopField = fields.get('stop');
  const groupField = fields.get('group');
  const rule = {
    description: descriptionField
      ? source.string(descriptionField, 'description', 'write what it is for, or remove it')
      : '',
    priority: priorityField ? source.integer(priorityField, 'priority', -1000, 1000) : 0,
    where: condition(fields.get('where'), source, { in: 'where', event }, vocabulary),
    if: condition(
      fields.get('if'),
      source,
      { in: 'if', event, attributes: vocabulary.attributes, segments: vocabulary.segments ?? null },
      vocabulary,
    ),
    ...(limitsField ? limits(limitsField, then, fields.has('group'), source) : { perContact: null, perGroup: null }),
    settle: settleField ? settleOf(settleField, on, source) : null,
    stop: stopField ? (truth(stopField, source) ?? false) : false,
    group: groupField ? source.name(groupField, 'a group', NAME, 'write a name such as lead-alerts') : null,
    templates: [...new Set(then.flatMap((action) => action.templates))].sort(),
    attributes: vocabulary.attributes,
  };
  if (on?.type === 'soft_bounce' && thenField) refuseLoneSoftBounce(thenField, then, rule.if, source);
  if (name === null || on === null || rule.description === null || rule.priority === null) return null;
  return { ...rule, name, on, then, description: rule.description, priority: rule.priority };
}

/** What it was triggered by is kept until then: so long, and no longer. */
const MAX_SETTLE = DAY;

function settleOf(field: Field, on: Trigger | null, source: Source): number | null {
  const written = source.duration(field, 'settle');
  if (!written) return null;
  const at = source.at(field.value, field.at);
  if (written.ms > MAX_SETTLE)
    return source.complain(at, `settle: ${written.text} is too long`, 'write at most 1d; a sequence waits for longer');
  if (on && on.event !== ENGAGEMENT)
    return source.complain(
      field.at,
      `there is nothing to settle where ${on.text}`,
      'only engagements come in bursts: remove settle:',
    );
  return written.ms;
}

/** Of a key that holds one; null without it, and after a complaint. */
export function condition(
  field: Field | undefined,
  source: Source,
  kind: ConditionKind,
  { sequences }: Vocabulary,
): Condition | null {
  if (!field) return null;
  const placed = source.placed(field, `${field.name}:`, `write a condition, or remove ${field.name}:`);
  if (!placed) return null;
  const result = compileCondition(placed.text, kind);
  if ('condition' in result) {
    for (const { name, start } of result.condition.sequences) {
      const unknown = unknownSequence(name, sequences);
      if (unknown) source.complain(placed.offset(start), unknown.problem, unknown.cure);
    }
    return result.condition;
  }
  return source.complain(placed.offset(result.problem.start), result.problem.problem, result.problem.cure);
}

function actions(field: Field, source: Source, vocabulary: Vocabulary): Action[] | null {
  const items = source.items(field, 'then:');
  if (!items) return null;
  const kinds = ACTIONS.map(({ kind }) => kind);
  const read: Action[] = [];
  for (const item of items) {
    const at = source.at(item, field.at);
    const before = source.problems.length;
    const fields = source.fields(item, at, 'an action', [...kinds, 'id']);
    if (!fields || source.problems.length > before) continue;
    const idField = fields.get('id');
    fields.delete('id');
    const [only, ...more] = fields.values();
    if (!only || more.length > 0) {
      source.complain(
        at,
        only ? 'several actions in one' : 'no action',
        'write each action on a line that starts with -',
      );
      continue;
    }
    const id = idField ? source.name(idField, 'an id', NAME, 'write a name such as tell-owner') : null;
    const action = ACTIONS.find(({ kind }) => kind === only.name)?.read(only, id, source, vocabulary);
    if (!action) continue;
    if (read.some((other) => other.id === action.id)) {
      const cure = `give one of them ${idField ? 'another' : 'an'} id: { id: NAME, ${only.name}: … }, or remove it`;
      source.complain(at, `this rule has this action already (${idField ? action.id : action.kind})`, cure);
      continue;
    }
    read.push(action);
  }
  return read;
}

type Limits = Pick<Rule, 'perContact' | 'perGroup'>;

function limits(field: Field, then: readonly Action[], grouped: boolean, source: Source): Limits {
  const fields = source.fields(field.value, field.at, 'limits:', ['per_contact', 'per_group']);
  const ofGroup = fields?.get('per_group');
  if (ofGroup && !grouped)
    source.complain(ofGroup.at, 'this rule is in no group', 'add group: NAME, or remove per_group');
  if (then.length > 0 && !then.some((action) => action.effect)) {
    const kinds = ACTIONS.filter(({ effect }) => effect).map(({ kind }) => kind);
    const cure = `limits count effects (${kinds.join(', ')}): remove limits:`;
    source.complain(field.at, 'this rule has nothing to limit', cure);
  }
  return { perContact: limit(fields?.get('per_contact'), source), perGroup: limit(ofGroup, source) };
}

function limit(field: Field | undefined, source: Source): Limit | null {
  if (!field) return null;
  const cure = 'write N in DURATION: 1 in 30d';
  const text = source.string(field, field.name, cure);
  if (text === null) return null;
  const match = /^([1-9]\d{0,2}) in (\S+)$/.exec(text.trim());
  const window = match ? parseDuration(match[2] as string) : null;
  const at = source.at(field.value, field.at);
  if (!match || window === null) return source.complain(at, `a limit cannot be ${text}`, cure);
  if (window > HORIZON)
    return source.complain(at, `a limit over ${match[2]} is too long`, 'history is kept for 400d: write at most 400d');
  return { count: Number(match[1]), window };
}

function truth(field: Field, source: Source): boolean | null {
  const value = isScalar(field.value) ? field.value.value : null;
  if (typeof value === 'boolean') return value;
  return source.complain(source.at(field.value, field.at), `${field.name} is neither true nor false`, 'write true');
}

/** A soft bounce alone never suppresses (engine.md 4.10): the rule must ask for several. */
function refuseLoneSoftBounce(field: Field, then: readonly Action[], asks: Condition | null, source: Source): void {
  if (!then.some(({ kind }) => kind === 'suppress')) return;
  if (asks?.counters.some(({ type }) => type === 'soft_bounce')) return;
  source.complain(
    field.at,
    'a soft bounce alone never suppresses',
    'ask for several: if: count("soft_bounce", "14d") >= 5',
  );
}
