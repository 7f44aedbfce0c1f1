/** `in_segment(name)`: the contact is a member of it, as its membership was brought up to date last. */
import { member } from '../facts.js';
import { Refusal } from '../problem.js';
import { segmentKey } from '../segments/reads.js';
import { NAME } from '../vocabulary.js';
import type { HistoryFunction } from './history.js';

export const inSegment: HistoryFunction = {
  name: 'in_segment',
  returns: 'bool',
  arities: [1],
  read(args) {
    const name = args[0]!;
    if (name.op !== 'value' || typeof name.args !== 'string' || !NAME.test(name.args)) {
      const cure = 'write it in quotes: in_segment("engaged")';
      throw new Refusal('in_segment takes the name of a segment', cure, name.start);
    }
    const segment = name.args;
    return {
      counter: null,
      reads: [segmentKey(segment)],
      segment,
      value: ({ facts }) => isMember(facts.segments, segment),
    };
  },
};

type Known = { readonly [name: string]: { readonly since: number | null } } | undefined;

function isMember(segments: Known = {}, name: string): boolean {
  return (member(segments, name)?.since ?? null) !== null;
}
