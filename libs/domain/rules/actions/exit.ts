/** `exit: SEQUENCE`: ends the contact's enrollment there. One that is not in it is left alone. */
import { member } from '../facts.js';
import { unknownSequence } from '../sequences/unknown.js';
import { NAME } from '../vocabulary.js';
import { actionKind } from './action.js';

export const exit = actionKind<string>({
  kind: 'exit',
  effect: false,
  parse(field, source, { sequences }) {
    const name = source.name(field, 'a sequence', NAME, 'write the name of a sequence: pricing-nurture');
    const unknown = name === null ? null : unknownSequence(name, sequences);
    if (unknown === null) return name;
    return source.complain(source.at(field.value, field.at), unknown.problem, unknown.cure);
  },
  target: (sequence) => sequence,
  decide(sequence, { facts, by }) {
    const enrollment = member(facts.enrollments, sequence);
    if (enrollment === undefined) return [];
    return [{ type: 'exited', v: 1, data: { by, enrollmentId: enrollment.id, sequence }, pii: null }];
  },
});
