/**
 * What a condition may cost, before it ever runs: steps of evaluation, with every list as long as a contact's state lets it be. A macro
 * costs its body for each item, so that one within another multiplies.
 */
import { MAX_TAGS } from '../actions/bounds.js';
import { Refusal } from '../problem.js';
import { type CelNode, callOf, childrenOf } from './ast.js';

/** Some milliseconds on any machine. */
export const MAX_COST = 100_000;

/** Of a list that is not written out. */
const LONGEST_LIST = MAX_TAGS;
/** Of a function on text, whose length the state bounds. */
const TEXT_STEPS = 10;

const MACROS = ['exists', 'all', 'exists_one', 'filter'];

/** Throws a Refusal that names the estimate and the dearest macro. */
export function refuseCostly(node: CelNode): void {
  const cost = costOf(node);
  if (cost <= MAX_COST) return;
  throw new Refusal(
    `the condition may take ${grouped(cost)} steps; at most ${grouped(MAX_COST)} are allowed`,
    'do not go through a list within another: compare with a list that is written out, or make it two rules',
    dearest(node).start,
  );
}

function grouped(n: number): string {
  return String(n).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

export function costOf(node: CelNode): number {
  const call = callOf(node);
  if (call?.receiver && MACROS.includes(call.name)) {
    const body = call.args.at(-1);
    return 1 + costOf(call.receiver) + lengthOf(call.receiver) * (1 + (body ? costOf(body) : 0));
  }
  const own = call ? TEXT_STEPS : node.op === 'in' ? lengthOf((node.args as [CelNode, CelNode])[1]) : 1;
  return own + childrenOf(node).reduce((sum, child) => sum + costOf(child), 0);
}

function lengthOf(node: CelNode): number {
  return node.op === 'list' && Array.isArray(node.args) ? node.args.length : LONGEST_LIST;
}

function dearest(node: CelNode): CelNode {
  const [first, ...others] = childrenOf(node);
  if (!first || callOf(node)?.receiver) return node;
  return dearest(others.reduce((most, child) => (costOf(child) > costOf(most) ? child : most), first));
}
