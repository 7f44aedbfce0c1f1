/** `increment: { seats: 1 }`: adds to a declared whole number; one that has no value counts from 0. */

import { storedValue } from '../attributes/declaration.js';
import { partsOfType } from '../attributes/type.js';
import { didYouMean } from '../did-you-mean.js';
import { member } from '../facts.js';
import { actionKind } from './action.js';
import { MAX_ATTRIBUTES } from './bounds.js';

const MOST = 1_000_000_000;

interface Step {
  readonly name: string;
  /** Names its value is stored under; empty: its own. */
  readonly storedAs: readonly string[];
  readonly by: number;
}

export const increment = actionKind<readonly Step[]>({
  kind: 'increment',
  effect: false,
  parse(field, source, { attributes }) {
    const fields = source.fields(field.value, field.at, 'increment', null);
    if (!fields) return null;
    if (fields.size === 0)
      return source.complain(field.at, 'increment adds nothing', 'write increment: { attribute: 1 }');
    const steps: Step[] = [];
    for (const one of fields.values()) {
      const { name, at } = one;
      const type = member(attributes, name);
      if (type === undefined) {
        const cure = `${didYouMean(name, Object.keys(attributes), 'attribute')} (attributes.yaml)`;
        return source.complain(at, `no attribute ${name} is declared`, cure);
      }
      const { scalar, list, storedAs } = partsOfType(type);
      if (scalar !== 'int' || list)
        return source.complain(at, `${name} is no whole number`, 'declare it as int, or use set');
      const by = source.integer(one, name, -MOST, MOST);
      if (by === null) return null;
      if (by === 0) return source.complain(at, `increment adds nothing to ${name}`, 'write a number other than 0');
      steps.push({ name, storedAs, by });
    }
    return steps;
  },
  target: (steps) =>
    steps
      .map(({ name }) => name)
      .sort()
      .join(' '),
  decide(steps, { facts, by }) {
    const added = steps.filter((step) => storedValue(step, step.name, facts.attributes) === undefined).length;
    if (Object.keys(facts.attributes).length + added > MAX_ATTRIBUTES)
      throw new Error(`a contact has at most ${MAX_ATTRIBUTES} attributes`);
    return steps.map((step) => {
      const before = storedValue(step, step.name, facts.attributes) ?? 0;
      const value = Number(before) + step.by;
      if (typeof before !== 'number' || !Number.isSafeInteger(value))
        throw new Error(`${step.name} is ${JSON.stringify(before)}: ${step.by} cannot be added to it`);
      const data = { by, name: step.storedAs[0] ?? step.name };
      return { type: 'attribute_set', v: 1, data, pii: { value } } as const;
    });
  },
});
