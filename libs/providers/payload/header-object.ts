/** Mail headers given as a JSON object, name to text or to a list of texts where a header occurs often. */
import type { Json } from '#contracts/json.js';
import { list, object, text } from './fields.js';

/** The first header of a name, given in lower case; null when there is none. */
export function headerIn(headers: Json | undefined, name: string): string | null {
  const found = Object.entries(object(headers)).find(([own]) => own.toLowerCase() === name)?.[1];
  return text(list(found)[0]);
}
