/** Cursors of lists: where the last page ended. Opaque to clients: base64url of a JSON array. */
import { invalid } from './validation.js';

export type CursorValue = string | number | null;

export function encodeCursor(values: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/**
 * The values of a cursor as the list made them; null without a cursor. `kinds`: what each value must be.
 * Throws a 400 that names `query.cursor` on anything that the list did not make.
 */
export function decodeCursor<Values extends readonly CursorValue[]>(
  cursor: string | undefined,
  kinds: readonly ('string' | 'number')[],
): Values | null {
  if (cursor === undefined) return null;
  const values = parsed(cursor);
  const fits =
    Array.isArray(values) && values.length === kinds.length && values.every((value, i) => typeof value === kinds[i]);
  if (!fits)
    throw invalid('query', [
      { field: 'query.cursor', problem: 'This is no cursor of this list: use `next` of its last page, unchanged' },
    ]);
  return values as unknown as Values;
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
