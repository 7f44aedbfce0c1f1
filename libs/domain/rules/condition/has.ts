/** `has(event.url)`: the field was really there. The library's own would say true for every declared field, as all have a value. */

import { Refusal } from '../problem.js';
import type { CelNode, Macro } from './ast.js';
import { callOf, childrenOf } from './ast.js';
import { PRESENT } from './event-view.js';

function present(of: unknown, field: string): boolean {
  if (typeof of !== 'object' || of === null) return false;
  if (PRESENT in of) return (of as { [PRESENT](name: string): boolean })[PRESENT](field);
  return of instanceof Map && of.has(field);
}

const macroOf = (field: CelNode): Macro => {
  const [operand, name] = field.args as [CelNode, string];
  return {
    args: [field],
    async: false,
    typeCheck(checker, _macro, context) {
      checker.check(field, context);
      return checker.getType('bool');
    },
    evaluate: (evaluator, _macro, context) => present(evaluator.run(operand, context), name),
  };
};

/** Puts our meaning in the place of the library's, before the expression is checked. Throws a Refusal. */
export function ownHas(node: CelNode): void {
  const call = callOf(node);
  if (call?.name === 'has' && !call.receiver) {
    const [field] = call.args;
    if (field?.op !== '.') throw new Refusal('has takes a field', 'write has(event.url)', node.start);
    node.setMeta('macro', macroOf(field));
  }
  for (const child of childrenOf(node)) ownHas(child);
}
