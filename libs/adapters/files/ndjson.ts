/** NDJSON: one JSON object a line (ndjson.org). */
import type { Json } from '#contracts/json.js';
import { FileError, LONGEST_ROW, type Row, type Rows } from '#engine/imports/row.js';
import { textOf } from './text.js';

export function openNdjson(bytes: AsyncIterable<Buffer>): Rows {
  return { columns: null, header: null, delimiter: null, rows: rowsOf(bytes) };
}

async function* rowsOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<Row> {
  for await (const { line, raw } of linesOf(bytes)) yield { line, raw, ...read(raw) };
}

function read(raw: string): Pick<Row, 'values' | 'problem'> {
  const nothing = new Map<string, Json>();
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return { values: nothing, problem: 'no JSON: each line must be one whole JSON object' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { values: nothing, problem: 'no JSON object: write {"email": …} on each line' };
  return { values: new Map(Object.entries(value as Record<string, Json>)), problem: null };
}

/** Lines that are not empty, with their numbers from 1. Throws FileError on one that is too long. */
export async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<{ line: number; raw: string }> {
  let rest = '';
  let line = 0;
  for await (const piece of textOf(bytes)) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const raw of lines) {
      line += 1;
      if (raw.trim() !== '') yield { line, raw: raw.replace(/\r$/, '') };
    }
    if (rest.length > LONGEST_ROW)
      throw new FileError(
        `Line ${line + 1} has more than ${LONGEST_ROW} characters: write one object a line (NDJSON, no JSON array).`,
      );
  }
  if (rest.trim() !== '') yield { line: line + 1, raw: rest };
}
