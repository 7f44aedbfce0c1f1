/** Rows that were not taken, as a file: of CSV one that can be put right and given again. */
import type { Import } from '#engine/imports/import.js';
import type { Reject } from '#engine/imports/progress.js';

/** Pieces of text. CSV: the file's own header with line and reason before it; NDJSON: an object a row. */
export async function* rejectsFile(
  { wish, about }: Pick<Import, 'wish' | 'about'>,
  rejects: AsyncIterable<readonly Reject[]>,
): AsyncGenerator<string> {
  if (wish.format !== 'csv') {
    for await (const part of rejects)
      yield part.map(({ line, reason, raw }) => `${JSON.stringify({ line, reason, row: raw })}\n`).join('');
    return;
  }
  const delimiter = about.delimiter ?? ',';
  yield `afterclick_line${delimiter}afterclick_reason${delimiter}${about.header ?? 'row'}\n`;
  for await (const part of rejects)
    yield part.map(({ line, reason, raw }) => `${line}${delimiter}${quoted(reason)}${delimiter}${raw}\n`).join('');
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
