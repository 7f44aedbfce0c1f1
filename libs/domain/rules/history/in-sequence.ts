/** `in_sequence(name)`: the contact is enrolled in it. */
import { member } from '../facts.js';
import { Refusal } from '../problem.js';
import { NAME } from '../vocabulary.js';
import type { HistoryFunction } from './history.js';

export const inSequence: HistoryFunction = {
  name: 'in_sequence',
  returns: 'bool',
  arities: [1],
  read(args) {
    const name = args[0]!;
    if (name.op !== 'value' || typeof name.args !== 'string' || !NAME.test(name.args)) {
      throw new Refusal(
        'in_sequence takes the name of a sequence',
        'write it in quotes: in_sequence("nurture")',
        name.start,
      );
    }
    const sequence = name.args;
    return {
      counter: null,
      reads: ['sequences'],
      sequence: { name: sequence, start: name.start },
      value: ({ facts }) => member(facts.enrollments, sequence) !== undefined,
    };
  },
};
