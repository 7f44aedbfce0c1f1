/** Contacts as a file, made as it is read. */
import { csvLine } from '#adapters/files/csv-line.js';
import type { ContactSnapshot } from '#adapters/postgres/read-models/queries/contact-snapshot.js';
import type { ContactRow } from '#contracts/read-models.js';
import { allColumns, asText, type Column, cellOf, columnNamed, FIXED } from './export-columns.js';

export interface FileWish {
  readonly format: 'csv' | 'ndjson';
  /** All when left out. */
  readonly columns?: readonly string[] | undefined;
  /** Cells that a spreadsheet would take for a formula are made text. */
  readonly escapeFormulas: boolean;
}

const MOST_ATTRIBUTES = 1_000;

export async function* contactFile(snapshot: ContactSnapshot, wish: FileWish): AsyncGenerator<string> {
  const { format } = wish;
  const names = await snapshot.namesOf((wish.columns ?? []).map((name) => name.replace(/^attributes\./, '')));
  const named = wish.columns?.map((name) => columnNamed(name, names));
  if (format === 'ndjson') {
    yield* pages(snapshot, (row) => `${JSON.stringify(named === undefined ? whole(row) : picked(row, named))}\n`);
    return;
  }
  const columns = named ?? allColumns(await snapshot.attributeNames(MOST_ATTRIBUTES));
  const cell = (row: ContactRow, { value }: Column) => {
    const text = cellOf(value(row));
    return wish.escapeFormulas ? asText(text) : text;
  };
  yield csvLine(columns.map(({ name }) => name));
  yield* pages(snapshot, (row) => csvLine(columns.map((column) => cell(row, column))));
}

async function* pages(snapshot: ContactSnapshot, line: (row: ContactRow) => string): AsyncGenerator<string> {
  for (;;) {
    const rows = await snapshot.next();
    if (rows.length === 0) return;
    yield rows.map(line).join('');
  }
}

function whole(row: ContactRow) {
  const fixed = Object.entries(FIXED).map(([name, value]) => [name, value(row)]);
  return { ...Object.fromEntries(fixed), attributes: row.attributes };
}

function picked(row: ContactRow, columns: readonly Column[]) {
  return Object.fromEntries(columns.map(({ name, value }) => [name, value(row)]));
}
