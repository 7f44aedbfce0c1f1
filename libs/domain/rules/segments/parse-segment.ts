/** Reads and checks one segment: every problem with file, line, column and cure. */
import { condition } from '../parse-rule.js';
import type { RuleProblem } from '../problem.js';
import { NAME, NO_VOCABULARY, type Vocabulary } from '../vocabulary.js';
import { type Field, Source } from '../yaml/source.js';
import { readStrict } from '../yaml/strict.js';
import type { Segment } from './segment.js';

export const SEGMENT_KEYS = ['segment', 'description', 'if'];

/** `file` is only told in problems. Names of the vocabulary are checked against it. */
export function parseSegment(
  file: string,
  text: string,
  vocabulary: Vocabulary = NO_VOCABULARY,
): { segment: Segment } | { problems: RuleProblem[] } {
  const read = readStrict(file, text);
  if ('problems' in read) return read;
  const source = new Source(file, text, read.yaml);
  const fields = source.fields(source.root, 0, 'a segment', SEGMENT_KEYS);
  const segment = fields && segmentOf(fields, source, vocabulary);
  if (segment && source.problems.length === 0) return { segment };
  return { problems: source.problems.sort((a, b) => a.line - b.line || a.column - b.column) };
}

function segmentOf(fields: Map<string, Field>, source: Source, vocabulary: Vocabulary): Segment | null {
  const need = (key: string, cure: string): Field | null =>
    fields.get(key) ?? source.complain(0, `the segment has no ${key}:`, cure);
  const nameField = need('segment', 'add segment: NAME as its first line');
  const name = nameField && source.name(nameField, 'the name', NAME, 'write a name such as engaged');
  const described = fields.get('description');
  const description = described ? source.string(described, 'description', 'write what it is for, or remove it') : '';
  const { attributes, segments = null } = vocabulary;
  const ifField = need('if', 'add if: with a condition on contact and history');
  const asks = condition(ifField ?? undefined, source, { in: 'segment', attributes, segments }, vocabulary);
  if (name === null || description === null || asks === null) return null;
  return { name, description, if: asks, attributes };
}
