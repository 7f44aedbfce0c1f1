/** The filter of a counter: a condition on one past event alone, so that it gives the same whenever it is asked. */
import type { CounterDefinition } from '../history/counter.js';
import { Refusal } from '../problem.js';
import { refuseOthers } from './allowed.js';
import type { CelNode } from './ast.js';
import { refuseCostly } from './cost.js';
import { filterEnvironment } from './environment.js';
import type { EventView } from './event-view.js';
import { ownHas } from './has.js';

const compiled = new Map<string, (event: EventView) => boolean>();
const KEPT = 10_000;

/** True or false for an event; one that errs is false. Throws a Refusal or the library's error when the text does not check. */
export function compileFilter(variable: string, text: string): (event: EventView) => boolean {
  const key = `${variable}|${text}`;
  const known = compiled.get(key);
  if (known) return known;
  const run = filterEnvironment(variable).parse(text);
  const ast = run.ast as unknown as CelNode;
  refuseOthers(ast, []);
  refuseCostly(ast);
  ownHas(ast);
  const checked = run.check();
  if (!checked.valid) {
    const other = /^Unknown variable: (\w+)/.exec(checked.error?.message ?? '')?.[1];
    if (other === undefined) throw checked.error;
    throw new Refusal(
      `the filter of a count sees only ${variable}, not ${other}`,
      `compare ${other} outside of count`,
      0,
    );
  }
  const passes = (event: EventView) => {
    try {
      return run({ [variable]: event }) === true;
    } catch {
      // By the language: a condition that errs is false.
      return false;
    }
  };
  if (compiled.size >= KEPT) compiled.clear();
  compiled.set(key, passes);
  return passes;
}

export interface CompiledCounter extends CounterDefinition {
  /** An engagement whose filter errs is not counted. */
  counts(event: EventView): boolean;
}

/** Throws a Refusal when the filter does not check. */
export function compileCounter(definition: CounterDefinition): CompiledCounter {
  const { type, filter, variable } = definition;
  const passes = filter === null ? () => true : compileFilter(variable, filter);
  return { ...definition, counts: (event) => event.type === type && passes(event) };
}
