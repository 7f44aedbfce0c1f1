/** The parts of the CEL library's syntax tree that we walk. It exports no type for them, so they are stated here once. */

export interface CelNode {
  readonly op: string;
  readonly args: unknown;
  readonly start: number;
  readonly end: number;
  readonly checkedType?: CelType;
  readonly meta: { macro?: Macro };
  setMeta(name: 'macro', macro: Macro): CelNode;
}

export interface CelType {
  readonly name: string;
}

export interface CelContext {
  getValue(name: string): unknown;
  forkWithVariable(name: string, type: CelType): CelContext;
}

export interface Checker {
  check(node: CelNode, context: CelContext): CelType;
  getType(name: string): CelType;
}

export interface Evaluator {
  run(node: CelNode, context: CelContext): unknown;
}

/** What a macro hands to the library; anything else on it is its own. */
export interface Macro {
  readonly args: readonly CelNode[];
  readonly async: false;
  typeCheck(checker: Checker, macro: Macro, context: CelContext): CelType;
  evaluate(evaluator: Evaluator, macro: Macro, context: CelContext): unknown;
}

/** A call as `name(args)` or `receiver.name(args)`; null for any other node. */
export function callOf(node: CelNode): { name: string; receiver: CelNode | null; args: readonly CelNode[] } | null {
  if (node.op === 'call') {
    const [name, args] = node.args as [string, CelNode[]];
    return { name, receiver: null, args };
  }
  if (node.op === 'rcall') {
    const [name, receiver, args] = node.args as [string, CelNode, CelNode[]];
    return { name, receiver, args };
  }
  return null;
}

/** Nodes right below one, in the order they are written. */
export function childrenOf(node: CelNode): readonly CelNode[] {
  const call = callOf(node);
  if (call) return call.receiver ? [call.receiver, ...call.args] : call.args;
  if (node.op === 'value' || node.op === 'id') return [];
  if (node.op === '.' || node.op === '.?') return [(node.args as [CelNode, string])[0]];
  return Array.isArray(node.args) ? (node.args.flat() as CelNode[]) : [node.args as CelNode];
}

/** `event.url` → ['event', 'url']; null where it is no plain chain of names. */
export function pathOf(node: CelNode): readonly string[] | null {
  if (node.op === 'id') return [node.args as string];
  if (node.op !== '.') return null;
  const [left, name] = node.args as [CelNode, string];
  const path = pathOf(left);
  return path && [...path, name];
}

/** The operands of a chain of `&&`, in order; the node itself where it is none. */
export function conjunctsOf(node: CelNode): readonly CelNode[] {
  if (node.op !== '&&') return [node];
  return (node.args as [CelNode, CelNode]).flatMap(conjunctsOf);
}
