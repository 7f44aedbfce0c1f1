/** `exit: SEQUENCE`: ends the contact's enrollment there. One that is not in it is left alone. */
import { didYouMean } from '../did-you-mean.js';
import { member } from '../facts.js';
import { NAME } from '../vocabulary.js';
import { actionKind } from './action.js';

export const exit = actionKind<string>({
  kind: 'exit',
  effect: false,
  parse(field, source, { sequences }) {
    const name = source.name(field, 'a sequence', NAME, 'write the name of a sequence: pricing-nurture');
    if (name === null || sequences === null || sequences.includes(name)) return name;
    const at = source.at(field.value, field.at);
    return source.complain(at, `there is no sequence ${name}`, didYouMean(name, sequences, 'sequence'));
  },
  target: (sequence) => sequence,
  decide(sequence, { facts, by }) {
    const enrollment = member(facts.enrollments, sequence);
    if (enrollment === undefined) return [];
    return [{ type: 'exited', v: 1, data: { by, enrollmentId: enrollment.id, sequence }, pii: null }];
  },
});
