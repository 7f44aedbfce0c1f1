/** Rows of sources as the JSON of the copy on disk: wrapped keys stay wrapped, in base64. */
import type { Json } from '#contracts/json.js';
import type { SourceRow } from './source-row.js';

interface CopiedRow extends Omit<SourceRow, 'keysWrapped' | 'oldKeysWrapped'> {
  readonly keysWrapped: string | null;
  readonly oldKeysWrapped: string | null;
}

export function toCopy(rows: readonly SourceRow[]): Json {
  const copied: readonly CopiedRow[] = rows.map((row) => ({
    ...row,
    keysWrapped: row.keysWrapped?.toString('base64') ?? null,
    oldKeysWrapped: row.oldKeysWrapped?.toString('base64') ?? null,
  }));
  return copied as unknown as Json;
}

/** Throws on what toCopy did not make. */
export function fromCopy(copy: Json): readonly SourceRow[] {
  if (!Array.isArray(copy)) throw new Error('the copy of the sources is no list');
  return (copy as unknown as readonly CopiedRow[]).map((row) => ({
    ...row,
    // A copy made before policies has none.
    policy: row.policy ?? {},
    keysWrapped: row.keysWrapped === null ? null : Buffer.from(row.keysWrapped, 'base64'),
    oldKeysWrapped: row.oldKeysWrapped === null ? null : Buffer.from(row.oldKeysWrapped, 'base64'),
  }));
}
