/** A condition of a rule: checked CEL, what it counts, what it reads, and the equality terms an index can use. */
import type { Json } from '#contracts/json.js';
import type { AttributeTypes } from '../attributes/type.js';
import { didYouMean } from '../did-you-mean.js';
import type { CounterDefinition } from '../history/counter.js';
import { HISTORY_VARIABLE, type History, type HistoryCall } from '../history/history.js';
import { HISTORY_FUNCTIONS } from '../history/table.js';
import { Refusal } from '../problem.js';
import { MINUTE_OF_DAY } from '../time/functions.js';
import { MAX_CHARACTERS, refuseOthers } from './allowed.js';
import { type CelNode, callOf, childrenOf, conjunctsOf, pathOf } from './ast.js';
import { ChangeView } from './change-view.js';
import { refuseCostly } from './cost.js';
import {
  type ConditionScope,
  type HistoryMacro,
  ifEnvironment,
  segmentEnvironment,
  whereEnvironment,
} from './environment.js';
import { dueShape, ENGAGEMENT, type EventShape } from './event-shape.js';
import { type Explained, explain } from './explain.js';
import { compileCounter } from './filter.js';
import { ownHas } from './has.js';
import { nativeParts } from './native.js';
import { plain } from './plain.js';
import { type ReadByContact, readByContact } from './read-by-contact.js';

/** `event.FIELD == "literal"`, without which the condition cannot hold. */
export interface EqualityTerm {
  /** One of the shape's `indexable`. */
  readonly field: string;
  readonly literal: string;
}

/** Something the condition looks at, by the name it has there. */
export interface Reading {
  readonly name: string;
  value(scope: ConditionScope): Json;
}

export interface Condition extends ReadByContact {
  readonly text: string;
  /** Throws the library's error when it errs: the caller takes it for false, with the error as the reason. */
  holds(scope: ConditionScope): boolean;
  readonly counters: readonly CounterDefinition[];
  /** Sequences that it names, and where in the text. */
  readonly sequences: readonly { readonly name: string; readonly start: number }[];
  readonly readings: readonly Reading[];
  readonly terms: readonly EqualityTerm[];
}

/** `event`: what `event` is; by default an engagement. `segments`: their names; null or left out: any is accepted. */
export type ConditionKind = { readonly event?: EventShape } & (
  | { readonly in: 'where' }
  | {
      readonly in: 'if' | 'segment';
      readonly attributes: AttributeTypes;
      readonly segments?: readonly string[] | null;
    }
);

/** Checks and compiles. `where` sees only event; `if` also contact and history; a segment sees those alone. */
export function compileCondition(text: string, kind: ConditionKind): { condition: Condition } | { problem: Explained } {
  const attributes = kind.in === 'where' ? {} : kind.attributes;
  const shape = kind.in === 'segment' ? dueShape() : (kind.event ?? ENGAGEMENT);
  const history = kind.in === 'where' ? [] : HISTORY_FUNCTIONS.map(({ name }) => name);
  const variables = VARIABLES[kind.in];
  try {
    if (text.length > MAX_CHARACTERS)
      throw new Refusal('the condition is too long', `at most ${MAX_CHARACTERS} characters`, 0);
    const run = environmentOf(kind, shape).parse(text);
    const ast = run.ast as unknown as CelNode;
    refuseOthers(ast, history);
    refuseCostly(ast);
    ownHas(ast);
    const checked = run.check();
    if (!checked.valid) throw checked.error;
    if (checked.type !== 'bool') {
      throw new Refusal(`the condition is ${checked.type}, not true or false`, 'compare it with something', 0);
    }
    const calls = historyCalls(ast);
    if (kind.in !== 'where') refuseUnknownSegments(calls, kind.segments ?? null);
    if (kind.in === 'segment') refuseRestless(calls);
    const { parts, whole } = nativeParts(ast, shape);
    const counters = calls.flatMap(({ node, call }) => (call.counter ? [checkedCounter(call.counter, node)] : []));
    return {
      condition: {
        text,
        counters,
        sequences: calls.flatMap(({ call }) => call.sequence ?? []),
        readings: readingsOf(ast, text, calls),
        terms: conjunctsOf(ast).flatMap((node) => termOf(node, shape)),
        ...readByContact(
          ast,
          calls.map(({ call }) => call),
          attributes,
        ),
        holds: (scope) => {
          scope.contact.types = attributes;
          for (const part of parts) if (!part(scope)) return false;
          if (whole) return true;
          if (scope.event instanceof ChangeView) scope.event.valueType = shape.valueType ?? 'string';
          return run(scope) === true;
        },
      },
    };
  } catch (error) {
    return { problem: explain(error, { variables, attributes, event: Object.keys(shape.fields) }) };
  }
}

const VARIABLES = { where: ['event'], if: ['event', 'contact'], segment: ['contact'] } as const;

function environmentOf(kind: ConditionKind, shape: EventShape) {
  if (kind.in === 'where') return whereEnvironment(shape);
  return kind.in === 'if' ? ifEnvironment(shape, kind.attributes) : segmentEnvironment(kind.attributes);
}

interface PlacedCall {
  readonly node: CelNode;
  readonly call: HistoryCall;
}

function historyCalls(node: CelNode): readonly PlacedCall[] {
  const macro = node.meta.macro as HistoryMacro | undefined;
  if (macro?.call) return [{ node, call: macro.call }];
  return childrenOf(node).flatMap(historyCalls);
}

function refuseUnknownSegments(calls: readonly PlacedCall[], known: readonly string[] | null): void {
  for (const { node, call } of calls) {
    const { segment } = call;
    if (segment === undefined || known === null || known.includes(segment)) continue;
    const at = callOf(node)?.args[0]?.start ?? node.start;
    throw new Refusal(`there is no segment ${segment}`, didYouMean(segment, known, 'segment'), at);
  }
}

/** Each contact would have to be looked at each minute. */
function refuseRestless(calls: readonly PlacedCall[]): void {
  const restless = calls.find(({ node }) => callOf(node)?.name === MINUTE_OF_DAY);
  if (restless)
    throw new Refusal(`${MINUTE_OF_DAY} changes every minute`, 'a segment may ask hour_in', restless.node.start);
}

/** The filter is checked alone too: it may name nothing but the past event. */
function checkedCounter(counter: CounterDefinition, node: CelNode): CounterDefinition {
  try {
    compileCounter(counter);
  } catch (error) {
    if (error instanceof Refusal)
      throw new Refusal(error.message, error.cure, callOf(node)?.args[3]?.start ?? node.start);
    throw error;
  }
  return counter;
}

function termOf(node: CelNode, { indexable }: EventShape): readonly EqualityTerm[] {
  if (node.op !== '==') return [];
  const [left, right] = node.args as [CelNode, CelNode];
  const [path, value] =
    right.op === 'value' ? [pathOf(left), right.args] : [pathOf(right), left.op === 'value' ? left.args : null];
  const [root, field, ...more] = path ?? [];
  if (root !== 'event' || field === undefined || more.length > 0 || typeof value !== 'string') return [];
  return indexable.includes(field) ? [{ field, literal: value }] : [];
}

/** Every maximal `event.…` and `contact.…` chain and every history call, once each. */
function readingsOf(ast: CelNode, text: string, calls: readonly PlacedCall[]): readonly Reading[] {
  const found = new Map<string, Reading>();
  for (const { node, call } of calls) {
    const name = text.slice(node.start, node.end).replace(/\s+/g, ' ');
    found.set(name, { name, value: (scope) => plain(call.value(scope[HISTORY_VARIABLE] as History)) });
  }
  const walk = (node: CelNode): void => {
    const macro = node.meta.macro as HistoryMacro | undefined;
    if (macro?.call) return;
    const path = pathOf(node);
    if (path && path.length > 1 && (path[0] === 'event' || path[0] === 'contact')) {
      const name = path.join('.');
      found.set(name, { name, value: (scope) => plain(follow(scope, path)) });
      return;
    }
    for (const child of childrenOf(node)) walk(child);
  };
  walk(ast);
  return [...found.values()];
}

function follow(scope: ConditionScope, path: readonly string[]): unknown {
  let at: unknown = scope;
  for (const name of path) {
    if (typeof at !== 'object' || at === null) return null;
    at = at instanceof Map ? at.get(name) : (at as Record<string, unknown>)[name];
  }
  return at;
}
