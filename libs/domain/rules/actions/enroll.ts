/** `enroll: SEQUENCE`. Already enrolled: held, with that reason. */
import { member } from '../facts.js';
import { unknownSequence } from '../sequences/unknown.js';
import { NAME } from '../vocabulary.js';
import { actionKind } from './action.js';
import { MAX_ENROLLMENTS } from './bounds.js';

export const enroll = actionKind<string>({
  kind: 'enroll',
  effect: true,
  parse(field, source, { sequences }) {
    const name = source.name(field, 'a sequence', NAME, 'write the name of a sequence: pricing-nurture');
    const unknown = name === null ? null : unknownSequence(name, sequences);
    if (unknown === null) return name;
    return source.complain(source.at(field.value, field.at), unknown.problem, unknown.cure);
  },
  target: (sequence) => sequence,
  holds: (sequence, facts) => (member(facts.enrollments, sequence) === undefined ? null : 'already_enrolled'),
  decide(sequence, { facts, by, effectId }) {
    if (Object.keys(facts.enrollments).length >= MAX_ENROLLMENTS) {
      throw new Error(`a contact is in at most ${MAX_ENROLLMENTS} sequences`);
    }
    return [{ type: 'enrolled', v: 1, data: { by, enrollmentId: effectId(), sequence }, pii: null }];
  },
});
