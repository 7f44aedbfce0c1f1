/** A sequence that nobody declared: what is wrong, and the cure. */
import { nearest } from '../did-you-mean.js';

/** Null where it is known, or where none are known at all (`sequences` null: then any is accepted). */
export function unknownSequence(
  name: string,
  sequences: readonly string[] | null,
): { readonly problem: string; readonly cure: string } | null {
  if (sequences === null || sequences.includes(name)) return null;
  const meant = nearest(name, sequences);
  const cure = meant === null ? `declare it: sequences/${name}.yaml with sequence: ${name}` : `did you mean ${meant}?`;
  return { problem: `there is no sequence ${name}`, cure };
}
