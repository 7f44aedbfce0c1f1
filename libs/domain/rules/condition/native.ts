/**
 * The part of the language that most conditions are made of, as closures: comparisons of fields that always have a value, text functions,
 * lists, history. Nothing here can err, and it means what the library means by it (native.properties.spec.ts): so what is false by such
 * a part of a chain of && is false as a whole, without asking the library.
 */

import { count } from '../history/count.js';
import { daysSince } from '../history/days-since.js';
import type { HistoryFunction } from '../history/history.js';
import { HISTORY_VARIABLE, type History } from '../history/history.js';
import { inSegment } from '../history/in-segment.js';
import { inSequence } from '../history/in-sequence.js';
import { never } from '../history/never.js';
import { type CelNode, callOf, conjunctsOf, pathOf } from './ast.js';
import { CONTACT_FIELDS } from './contact-view.js';
import type { ConditionScope, HistoryMacro } from './environment.js';
import type { EventShape } from './event-shape.js';

type Type = 'string' | 'int' | 'bool' | 'list';

interface Native {
  readonly type: Type;
  get(scope: ConditionScope): unknown;
}

/** `whole`: they are all of the condition, so that it holds when they all do. */
export interface NativeParts {
  readonly parts: readonly ((scope: ConditionScope) => boolean)[];
  readonly whole: boolean;
}

/** Of a checked condition. */
export function nativeParts(ast: CelNode, shape: EventShape): NativeParts {
  const conjuncts = conjunctsOf(ast);
  const parts = conjuncts.flatMap((node) => {
    const native = read(node, { shape, locals: new Map() });
    return native?.type === 'bool' ? [native.get as (scope: ConditionScope) => boolean] : [];
  });
  return { parts, whole: parts.length === conjuncts.length };
}

interface Names {
  readonly shape: EventShape;
  readonly locals: ReadonlyMap<string, Native>;
}

/** Null: left to the library. */
function read(node: CelNode, names: Names): Native | null {
  const history = historyCall(node);
  if (history) return history;
  const call = callOf(node);
  if (call) return call.receiver ? method(call.name, call.receiver, call.args, names) : null;
  switch (node.op) {
    case 'value':
      return literal(node.args);
    case 'id':
      return names.locals.get(node.args as string) ?? null;
    case '.':
      return field(node, names);
    case '!_': {
      const of = read(node.args as CelNode, names);
      return of?.type === 'bool' ? { type: 'bool', get: (scope) => !of.get(scope) } : null;
    }
    default:
      return Array.isArray(node.args) && node.args.length === 2
        ? binary(node.op, node.args as [CelNode, CelNode], names)
        : null;
  }
}

const ERRLESS: readonly HistoryFunction[] = [count, never, daysSince, inSequence, inSegment];

function historyCall(node: CelNode): Native | null {
  const macro = node.meta.macro as HistoryMacro | undefined;
  const made = callOf(node);
  const known = ERRLESS.find(({ name }) => name === made?.name);
  if (!macro?.call || !known || known.returns === 'string') return null;
  const { call } = macro;
  return { type: known.returns, get: (scope) => call.value(scope[HISTORY_VARIABLE] as History) };
}

function literal(value: unknown): Native | null {
  const type = typeof value === 'bigint' ? 'int' : typeof value === 'boolean' ? 'bool' : typeof value;
  return type === 'string' || type === 'int' || type === 'bool' ? { type, get: () => value } : null;
}

const TYPES: { readonly [cel: string]: Type } = { string: 'string', int: 'int', bool: 'bool', 'list<string>': 'list' };
/** Of a change: stored values of any type. */
const UNSURE = ['before', 'after'];

function field(node: CelNode, { shape, locals }: Names): Native | null {
  const [root, name, ...more] = pathOf(node) ?? [];
  if (root === undefined || name === undefined || more.length > 0 || locals.has(root)) return null;
  const fields: { readonly [field: string]: string } =
    root === 'contact' ? CONTACT_FIELDS : root === 'event' ? shape.fields : {};
  const type = Object.hasOwn(fields, name) ? TYPES[fields[name] as string] : undefined;
  if (type === undefined || UNSURE.includes(name)) return null;
  const of = root as 'contact' | 'event';
  return { type, get: (scope) => (scope[of] as unknown as { readonly [field: string]: unknown })[name] };
}

function binary(op: string, [a, b]: [CelNode, CelNode], names: Names): Native | null {
  if (op === 'in') return within(a, b, names);
  const left = read(a, names);
  const right = left && read(b, names);
  if (!left || !right || left.type !== right.type || left.type === 'list') return null;
  const test =
    left.type === 'bool' ? (LOGIC[op] ?? EQUAL[op]) : left.type === 'int' ? (EQUAL[op] ?? ORDER[op]) : EQUAL[op];
  return test ? { type: 'bool', get: test(left, right) } : null;
}

type Test = (a: Native, b: Native) => (scope: ConditionScope) => boolean;

const EQUAL: { readonly [op: string]: Test } = {
  '==': (a, b) => (scope) => a.get(scope) === b.get(scope),
  '!=': (a, b) => (scope) => a.get(scope) !== b.get(scope),
};
const LOGIC: { readonly [op: string]: Test } = {
  '&&': (a, b) => (scope) => a.get(scope) === true && b.get(scope) === true,
  '||': (a, b) => (scope) => a.get(scope) === true || b.get(scope) === true,
};
const ORDER: { readonly [op: string]: Test } = {
  '<': (a, b) => (scope) => (a.get(scope) as bigint) < (b.get(scope) as bigint),
  '<=': (a, b) => (scope) => (a.get(scope) as bigint) <= (b.get(scope) as bigint),
  '>': (a, b) => (scope) => (a.get(scope) as bigint) > (b.get(scope) as bigint),
  '>=': (a, b) => (scope) => (a.get(scope) as bigint) >= (b.get(scope) as bigint),
};

/** A text in a list of texts: a field, or one that is written out. */
function within(a: CelNode, b: CelNode, names: Names): Native | null {
  const item = read(a, names);
  const list = b.op === 'list' ? writtenList(b) : read(b, names);
  if (item?.type !== 'string' || list?.type !== 'list') return null;
  return { type: 'bool', get: (scope) => (list.get(scope) as readonly unknown[]).includes(item.get(scope)) };
}

function writtenList(node: CelNode): Native | null {
  const items = (node.args as readonly CelNode[]).map(({ op, args }) => (op === 'value' ? args : undefined));
  return items.every((item) => typeof item === 'string') ? { type: 'list', get: () => items } : null;
}

const TEXT: { readonly [name: string]: (text: string, part: string) => boolean } = {
  contains: (text, part) => text.includes(part),
  startsWith: (text, part) => text.startsWith(part),
  endsWith: (text, part) => text.endsWith(part),
};

function method(name: string, receiver: CelNode, args: readonly CelNode[], names: Names): Native | null {
  const of = receiver.op === 'list' ? writtenList(receiver) : read(receiver, names);
  if (of?.type === 'string' && Object.hasOwn(TEXT, name)) {
    const part = args[0] && read(args[0], names);
    const test = TEXT[name];
    if (part?.type !== 'string' || !test) return null;
    return { type: 'bool', get: (scope) => test(of.get(scope) as string, part.get(scope) as string) };
  }
  if (of?.type === 'list' && (name === 'exists' || name === 'all')) return overList(name, of, args, names);
  return null;
}

function overList(
  name: 'exists' | 'all',
  of: Native,
  [variable, body]: readonly CelNode[],
  { shape, locals }: Names,
): Native | null {
  if (variable?.op !== 'id' || !body) return null;
  let item: unknown;
  const local: Native = { type: 'string', get: () => item };
  const test = read(body, { shape, locals: new Map([...locals, [variable.args as string, local]]) });
  if (test?.type !== 'bool') return null;
  const wanted = name === 'exists';
  return {
    type: 'bool',
    get(scope) {
      for (const one of of.get(scope) as readonly unknown[]) {
        item = one;
        if (test.get(scope) === wanted) return wanted;
      }
      return !wanted;
    },
  };
}
