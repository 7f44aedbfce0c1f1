/** What of a contact a condition reads, and when it may change by time alone. */
import { type AttributeTypes, partsOfType } from '../attributes/type.js';
import { member } from '../facts.js';
import type { History, HistoryCall } from '../history/history.js';
import { changesAt, nextCrossing } from '../score.js';
import { attributeKey, EVERYTHING } from '../segments/reads.js';
import { type CelNode, childrenOf, pathOf } from './ast.js';
import type { HistoryMacro } from './environment.js';

export interface ReadByContact {
  /** What of the contact it reads (segments/reads.ts), each once. */
  readonly reads: readonly string[];
  /** Names of the segments it asks for. */
  readonly segments: readonly string[];
  /** Whether it may change by time alone. */
  readonly timed: boolean;
  /** When it may next change though nothing happens, milliseconds, after `now`: never later than it does; null: never. */
  next(history: History): number | null;
}

export function readByContact(ast: CelNode, calls: readonly HistoryCall[], attributes: AttributeTypes): ReadByContact {
  const reads = new Set([...calls.flatMap((call) => call.reads), ...fieldsOf(ast, attributes)]);
  const waiting = calls.flatMap((call) => (call.next ? [call.next.bind(call)] : []));
  if (reads.has('score') || reads.has(EVERYTHING)) waiting.push(scoreChanges(ast));
  return {
    reads: [...reads].sort(),
    segments: [...new Set(calls.flatMap(({ segment }) => segment ?? []))],
    timed: waiting.length > 0,
    next: (history) => earliest(waiting.map((next) => next(history))),
  };
}

function earliest(times: readonly (number | null)[]): number | null {
  const some = times.filter((time) => time !== null);
  return some.length === 0 ? null : Math.min(...some);
}

/** An attribute that is made of several stored ones changes with each of them. */
function fieldsOf(node: CelNode, attributes: AttributeTypes): readonly string[] {
  if ((node.meta.macro as HistoryMacro | undefined)?.call) return [];
  const [root, field, name] = pathOf(node) ?? [];
  if (root !== 'contact') return childrenOf(node).flatMap((child) => fieldsOf(child, attributes));
  if (field === undefined) return [EVERYTHING];
  if (field !== 'attributes' || name === undefined) return [field];
  const type = member(attributes, name);
  const storedAs = type === undefined ? [] : partsOfType(type).storedAs;
  return (storedAs.length === 0 ? [name] : storedAs).map(attributeKey);
}

/** Where the score is compared with numbers alone: when it crosses one of them. Else when it loses its next point. */
function scoreChanges(ast: CelNode): (history: History) => number | null {
  const lines = linesOf(ast);
  return ({ facts, now }) => (lines === null ? changesAt(facts, now) : nextCrossing(facts, now, lines));
}

const COMPARISONS = ['<', '<=', '>', '>=', '==', '!='];

/** The number itself and the next, so that each comparison changes at one of them. Null: it is used otherwise too. */
function linesOf(node: CelNode): readonly number[] | null {
  if (isScore(node)) return null;
  if (COMPARISONS.includes(node.op)) {
    const [left, right] = node.args as [CelNode, CelNode];
    const other = isScore(left) ? right : isScore(right) ? left : null;
    if (other?.op === 'value' && typeof other.args === 'bigint') return [Number(other.args), Number(other.args) + 1];
  }
  if (pathOf(node) !== null) return [];
  const below = childrenOf(node).map(linesOf);
  return below.some((lines) => lines === null) ? null : below.flatMap((lines) => lines ?? []);
}

function isScore(node: CelNode): boolean {
  const path = pathOf(node);
  return path?.[0] === 'contact' && (path[1] === 'score' || path.length === 1);
}
