/** CSV (RFC 4180, and what spreadsheets make of it): quotes, line ends of any kind, `,` `;` tab or `|` between cells, a header. */
import { Parser } from 'csv-parse';
import type { Json } from '#contracts/json.js';
import { FileError, LONGEST_ROW, type Row, type Rows } from '#engine/imports/row.js';
import { count, textOf } from './text.js';

const DELIMITERS = [',', ';', '\t', '|'] as const;

export interface CsvOptions {
  /** Between cells; guessed from the header when left out. */
  readonly delimiter?: string;
}

/** What the parser gives with `raw` and `info`. */
interface ParserRecord {
  readonly record: readonly string[];
  readonly raw: string;
  readonly info: { readonly lines: number };
}

interface Parsed {
  readonly cells: readonly string[];
  readonly raw: string;
  readonly line: number;
}

/** Reads the header, then rows as they are asked for. Rejects with FileError when there is no usable header. */
export async function openCsv(bytes: AsyncIterable<Buffer>, options: CsvOptions = {}): Promise<Rows> {
  const text = textOf(bytes);
  const { first, rest } = await withHeader(text);
  const delimiter = options.delimiter ?? delimiterOf(first);
  const records = parsed(joined(first, rest), delimiter);
  const header = await records.next();
  if (header.done) throw new FileError('The file is empty: its first line must name the columns.');
  const columns = header.value.cells.map((cell) => cell.trim());
  assertColumns(columns, delimiter);
  return { columns, header: header.value.raw, delimiter, rows: rowsOf(records, columns) };
}

async function* rowsOf(records: AsyncIterable<Parsed>, columns: readonly string[]): AsyncGenerator<Row> {
  for await (const { cells, raw, line } of records) {
    const problem = cells.length === columns.length ? null : miscounted(cells.length, columns.length);
    const values = new Map<string, Json>();
    if (problem === null)
      columns.forEach((column, index) => {
        const cell = cells[index];
        if (cell !== undefined && cell !== '') values.set(column, cell);
      });
    yield { line, raw, values, problem };
  }
}

function miscounted(has: number, wants: number): string {
  const cure =
    has > wants ? 'put quotes around a cell that holds the delimiter' : 'add the missing cells, empty if need be';
  return `${has} cells where the header has ${wants}: ${cure}`;
}

/** The text up to the end of the header, and what follows it. */
async function withHeader(text: AsyncGenerator<string>): Promise<{ first: string; rest: AsyncGenerator<string> }> {
  let first = '';
  for (;;) {
    if (headerEnds(first)) break;
    if (first.length > LONGEST_ROW) throw tooLong(1);
    const next = await text.next();
    if (next.done) break;
    first += next.value;
  }
  return { first, rest: text };
}

async function* joined(first: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}

function headerEnds(text: string): boolean {
  const unquoted = text.replace(/"[^"]*"/g, '').replace(/^[\r\n]+/, '');
  return /[\r\n]/.test(unquoted.split('"', 1)[0] ?? '');
}

/** The one that parts the header most often, outside of quotes. A header of one column has none: a comma then. */
function delimiterOf(text: string): string {
  const header =
    text
      .replace(/"[^"]*"/g, '')
      .replace(/^[\r\n]+/, '')
      .split(/[\r\n]/, 1)[0] ?? '';
  const counted = DELIMITERS.map((delimiter) => ({ delimiter, times: count(header, delimiter) }));
  return counted.reduce((most, one) => (one.times > most.times ? one : most)).delimiter;
}

function assertColumns(columns: readonly string[], delimiter: string): void {
  const between = delimiter === '\t' ? 'a tab' : delimiter;
  const nameless = columns.indexOf('');
  if (nameless >= 0)
    throw new FileError(
      `Column ${nameless + 1} of the header has no name (columns are parted by ${between}): name it, or remove it.`,
    );
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice !== undefined) throw new FileError(`Two columns of the header are called ${twice}: rename one of them.`);
}

/**
 * Records in order. The parser is driven piece by piece and hands its records over while it is written to, so that what is read
 * never runs ahead of what is asked for. A quote in the middle of a cell is taken as it stands.
 */
async function* parsed(text: AsyncIterable<string>, delimiter: string): AsyncGenerator<Parsed> {
  let ready: Parsed[] = [];
  // The parser counts CR LF twice where it stands inside of a cell.
  let twice = 0;
  const parser = new Parser({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    raw: true,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW,
    on_record: (read: unknown) => {
      const { record, raw, info } = read as ParserRecord;
      const own = raw.replace(/^[\r\n]+|[\r\n]+$/g, '');
      twice += count(own, '\r\n');
      ready.push({ cells: record, raw: own, line: info.lines - twice - linesIn(own) });
      return null;
    },
  });
  const write = writer(parser);
  for await (const piece of text) {
    await write(piece);
    yield* ready;
    ready = [];
  }
  await write(null);
  yield* ready;
}

const linesIn = (raw: string): number => count(raw.replaceAll('\r\n', '\n').replaceAll('\r', '\n'), '\n');

/** Writes one piece, or (null) the end; rejects with FileError when the text cannot be read on. */
function writer(parser: Parser): (piece: string | null) => Promise<void> {
  let failed: Error | null = null;
  parser.on('error', (error) => {
    failed = error;
  });
  parser.resume();
  return (piece) =>
    new Promise((resolve, reject) => {
      const done = (error?: Error | null): void => {
        const problem = error ?? failed;
        if (problem) reject(fileError(problem));
        else resolve();
      };
      if (piece !== null) return void parser.write(piece, done);
      parser.once('end', () => done()).once('error', done);
      parser.end();
    });
}

function fileError(error: Error & { readonly code?: string; readonly lines?: number }): Error {
  switch (error.code) {
    case 'CSV_MAX_RECORD_SIZE':
      return tooLong(error.lines ?? 0);
    case 'CSV_QUOTE_NOT_CLOSED':
      return new FileError(
        `The last row is never finished: a quote is opened and not closed before the end of the file. Close it, and double each quote inside of a quoted cell.`,
      );
    default:
      return error;
  }
}

function tooLong(line: number): FileError {
  return new FileError(
    `Line ${line}: a row of more than ${LONGEST_ROW} characters. A quote before it is never closed, most likely: close it, and double each quote inside of a quoted cell.`,
  );
}
