/** History as conditions see it, and what every history function shares. One file a function; `HISTORY` is the table. */
import { ENGAGEMENT_TYPES } from '#contracts/engagement.js';
import { type CelContext, type CelNode, pathOf } from '../condition/ast.js';
import { didYouMean } from '../did-you-mean.js';
import { DURATION_CURE, HORIZON, MINUTE, parseDuration } from '../duration.js';
import type { ContactFacts } from '../facts.js';
import { Refusal } from '../problem.js';
import type { CounterDefinition } from './counter.js';

/** Under this name the values a history function reads are handed to the library; no expression can write it. */
export const HISTORY_VARIABLE = '$history';

export interface History {
  readonly facts: ContactFacts;
  /** Milliseconds: where every window ends. */
  readonly now: number;
}

export function historyOf(context: CelContext): History {
  return context.getValue(HISTORY_VARIABLE) as History;
}

/** A call of a history function, read and checked. */
export interface HistoryCall {
  readonly counter: CounterDefinition | null;
  /** The sequence that it names, and where in the condition. */
  readonly sequence?: { readonly name: string; readonly start: number };
  /** What of the contact it looks at (segments/reads.ts). */
  readonly reads: readonly string[];
  /** Name of the segment it asks for. */
  readonly segment?: string;
  value(history: History): bigint | boolean | string;
  /**
   * When it may give another value though nothing happens, milliseconds, after `now`: never later than it does, and null where time
   * alone changes nothing any more. Left out: time changes nothing.
   */
  next?(history: History): number | null;
}

export interface HistoryFunction {
  readonly name: string;
  readonly returns: 'int' | 'bool' | 'string';
  /** Numbers of arguments it takes. */
  readonly arities: readonly number[];
  /** Reads the arguments. `source`: the text of the whole condition. Throws a Refusal. */
  read(args: readonly CelNode[], source: string, call: CelNode): HistoryCall;
}

function literal(node: CelNode, what: string, example: string): string {
  if (node.op === 'value' && typeof node.args === 'string') return node.args;
  throw new Refusal(`${what} must be a literal`, `write it in quotes: ${example}`, node.start);
}

/** An engagement type written as a literal. */
export function typeArgument(node: CelNode): string {
  const type = literal(node, 'the type', '"clicked"');
  if ((ENGAGEMENT_TYPES as readonly string[]).includes(type) || /^custom\.[a-z0-9_.-]+$/.test(type)) return type;
  throw new Refusal(`there is no engagement type ${type}`, didYouMean(type, ENGAGEMENT_TYPES, 'type'), node.start);
}

/** A window written as a literal, milliseconds: whole minutes, at most 400 days. */
export function windowArgument(node: CelNode): number {
  const text = literal(node, 'the window', '"7d"');
  const window = parseDuration(text);
  if (window === null) throw new Refusal(`a window cannot be ${text}`, DURATION_CURE, node.start);
  if (window % MINUTE !== 0) {
    throw new Refusal(
      `a window of ${text} is no whole number of minutes`,
      'windows are whole minutes: 1m, 2h, 7d',
      node.start,
    );
  }
  if (window > HORIZON)
    throw new Refusal(`a window of ${text} is too long`, 'history is kept for 400d: write at most 400d', node.start);
  return window;
}

/** The filter of `count(type, window, e, filter)`: the name of the past event and the text of the last argument. */
export function filterArgument(
  args: readonly CelNode[],
  source: string,
  call: CelNode,
): { variable: string; filter: string } {
  const [, , name, body] = args as [CelNode, CelNode, CelNode, CelNode];
  const [variable, ...more] = pathOf(name) ?? [];
  const comma = /^\s*,/.exec(source.slice(name.end));
  if (variable === undefined || more.length > 0 || !comma) {
    throw new Refusal(
      'the third argument names the past event',
      'write count("clicked", "7d", e, e.actor == "human")',
      name.start,
    );
  }
  const filter = source
    .slice(name.end + comma[0].length, call.end - 1)
    .trim()
    .replace(/,$/, '')
    .trim();
  if (filter === '') throw new Refusal('the filter is empty', 'write a condition on the past event', body.start);
  return { variable, filter };
}
