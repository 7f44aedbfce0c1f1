/** Reads sequences/NAME.yaml: `sequence: NAME` and what it is for. Rules enroll in, leave and ask after sequences that are declared so. */
import type { RuleProblem } from '../problem.js';
import { NAME } from '../vocabulary.js';
import { Source } from '../yaml/source.js';
import { readStrict } from '../yaml/strict.js';

export interface SequenceDeclaration {
  readonly name: string;
  readonly description: string;
}

export function readSequence(
  path: string,
  text: string,
): { readonly sequence: SequenceDeclaration } | { readonly problems: readonly RuleProblem[] } {
  const read = readStrict(path, text);
  if ('problems' in read) return { problems: read.problems };
  const source = new Source(path, text, read.yaml);
  const fields = source.fields(source.root, 0, 'a sequence', ['sequence', 'description']);
  const nameField = fields?.get('sequence');
  const descriptionField = fields?.get('description');
  if (fields && !nameField) source.complain(0, 'the sequence has no name', 'add sequence: NAME as its first line');
  const name = nameField && source.name(nameField, 'the name', NAME, 'write a name such as pricing-nurture');
  const description = descriptionField
    ? source.string(descriptionField, 'description', 'write what it is for, or remove it')
    : '';
  if (!name || description === null || source.problems.length > 0) return { problems: source.problems };
  return { sequence: { name, description } };
}

/** `sequences/NAME.yaml`. */
export function isSequenceFile(path: string): boolean {
  return /^sequences\/[^/]+\.ya?ml$/.test(path);
}
