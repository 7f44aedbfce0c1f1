/**
 * The functions of the language, and why others are not in it: each is pure, independent of the process, and its cost is bounded by
 * the size of its operands. What could grow a value (`map`, `split`, `cel.bind`), run a regular expression or read a time zone is out.
 */
import { didYouMean } from '../did-you-mean.js';
import { HISTORY_FUNCTIONS } from '../history/table.js';
import { Refusal } from '../problem.js';
import { type CelNode, callOf, childrenOf } from './ast.js';

/** Structural limits, enforced while parsing. */
export const LIMITS = { maxAstNodes: 400, maxDepth: 40, maxListElements: 100, maxMapEntries: 0, maxCallArguments: 8 };
export const MAX_CHARACTERS = 4_000;
const MAX_MACRO_NESTING = 2;

const MACROS = ['exists', 'all', 'exists_one', 'filter'];
const FUNCTIONS = ['has', 'size', 'int', 'double', 'string'];
const METHODS = [
  'contains',
  'startsWith',
  'endsWith',
  'lowerAscii',
  'upperAscii',
  'trim',
  'size',
  'indexOf',
  'lastIndexOf',
  'substring',
];

const REFUSED: { readonly [name: string]: string } = {
  matches: 'use contains, startsWith, endsWith or ==: a regular expression may run for ever',
  map: 'use exists, all or filter',
  split: 'use contains, startsWith or endsWith',
  join: 'use exists on the list',
  bind: 'write the expression out',
  timestamp: 'use count, never, days_since, hour_in, day_of_week or date_in: they know the time',
  duration: 'write durations as text in count or never: "7d"',
};

const TIME_PARTS = /^get[A-Z]/;

/** Throws a Refusal at the first call that is not in the language, and where macros are nested too deep. */
export function refuseOthers(node: CelNode, history: readonly string[]): void {
  walk(node, 0, history);
}

function walk(node: CelNode, depth: number, history: readonly string[]): void {
  const call = callOf(node);
  const inner = call?.receiver && MACROS.includes(call.name) ? depth + 1 : depth;
  if (inner > MAX_MACRO_NESTING) {
    throw new Refusal(
      `${MACROS.join(', ')} nested more than ${MAX_MACRO_NESTING} deep`,
      'say it in two conditions joined by &&',
      node.start,
    );
  }
  if (call) refuseCall(node, call.name, call.receiver !== null, history);
  for (const child of childrenOf(node)) walk(child, inner, history);
}

function refuseCall(node: CelNode, name: string, method: boolean, history: readonly string[]): void {
  const known = method ? [...METHODS, ...MACROS] : [...FUNCTIONS, ...history];
  if (known.includes(name)) return;
  const cure = TIME_PARTS.test(name) ? REFUSED['timestamp'] : Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined;
  if (cure !== undefined) throw new Refusal(`${name} is not in the language`, cure, node.start);
  if (HISTORY_FUNCTIONS.some((one) => one.name === name)) {
    throw new Refusal(`${name} reads history or the time, which are not known here`, 'move it to if:', node.start);
  }
  throw new Refusal(`there is no function ${name}`, didYouMean(name, known, 'function'), node.start);
}
