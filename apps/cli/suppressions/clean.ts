/** A mailing list without those who may not be mailed, and a report of who was left out and why. In constant memory. */
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { openCsv } from '#adapters/files/csv.js';
import { csvLine } from '#adapters/files/csv-line.js';
import { FileError, type Row, type Rows } from '#engine/imports/row.js';
import type { SuppressionCheck } from '../answers.js';
import { UsageError } from '../failure.js';

/** Checks at most 10,000 addresses; results in their order. */
export type Check = (addresses: readonly string[]) => Promise<SuppressionCheck['results']>;

export interface CleanWish {
  readonly file: string;
  /** Column that holds the address; guessed when left out. */
  readonly column?: string | undefined;
  readonly out: string;
  readonly report: string;
}

export interface Cleaned {
  readonly column: string;
  readonly rows: number;
  readonly kept: number;
  /** How many were left out, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** Rows that are checked together: a request of some hundred kilobytes. */
const TOGETHER = 5_000;
const NAMES = ['email', 'e-mail', 'email address', 'email_address', 'e-mail address', 'emailaddress', 'mail'];
const REPORTED = ['line', 'address', 'reason', 'scope', 'since', 'of'];

/** Why a row is left out. */
interface LeftOut {
  readonly reason: string;
  readonly scope?: string;
  readonly since?: string;
  readonly of?: string;
}

/**
 * Rows that are kept stand in `out` as they stood in the file. Both files come to be only when all is done: a list that ends in the
 * middle is taken for a whole one. Rejects with UsageError when the file or its column cannot be used.
 */
export async function cleanList(wish: CleanWish, check: Check, onRows: (rows: number) => void): Promise<Cleaned> {
  const rows = await opened(wish.file);
  const column = columnOf(rows.columns ?? [], wish.column);
  const [out, report] = [new Part(wish.out), new Part(wish.report)];
  try {
    const cleaned = await copy(rows, column, check, { out, report, onRows });
    await Promise.all([out.close(), report.close()]);
    await out.publish();
    await report.publish();
    return { column, ...cleaned };
  } catch (error) {
    await Promise.all([out.discard(), report.discard()]);
    throw error instanceof FileError ? new UsageError(`${wish.file}: ${error.message}`) : error;
  }
}

async function opened(file: string): Promise<Rows> {
  try {
    return await openCsv(createReadStream(file));
  } catch (error) {
    throw error instanceof FileError ? new UsageError(`${file}: ${error.message}`) : error;
  }
}

interface To {
  readonly out: Part;
  readonly report: Part;
  readonly onRows: (rows: number) => void;
}

async function copy(
  rows: Rows,
  column: string,
  check: Check,
  { out, report, onRows }: To,
): Promise<Omit<Cleaned, 'column'>> {
  await out.write(`${rows.header ?? ''}\n`);
  await report.write(csvLine(REPORTED));
  const leftOut: Record<string, number> = {};
  let [read, kept] = [0, 0];
  for await (const some of inBatches(rows.rows, TOGETHER)) {
    const verdicts = await judge(some, column, check);
    const [stay, go] = [[] as string[], [] as string[]];
    for (const [index, row] of some.entries()) {
      const why = verdicts[index] ?? null;
      if (why === null) {
        stay.push(`${row.raw}\n`);
        continue;
      }
      leftOut[why.reason] = (leftOut[why.reason] ?? 0) + 1;
      const { reason, scope = null, since = null, of = null } = why;
      go.push(csvLine([String(row.line), addressIn(row, column), reason, scope, since, of]));
    }
    await out.write(stay.join(''));
    await report.write(go.join(''));
    read += some.length;
    kept += stay.length;
    onRows(read);
  }
  return { rows: read, kept, leftOut };
}

/** Null for a row that stays. */
async function judge(rows: readonly Row[], column: string, check: Check): Promise<readonly (LeftOut | null)[]> {
  const addressed = rows.filter((row) => row.problem === null && addressIn(row, column) !== '');
  const results = addressed.length === 0 ? [] : await check(addressed.map((row) => addressIn(row, column)));
  const byRow = new Map(addressed.map((row, index) => [row, results[index]]));
  return rows.map((row) => {
    if (row.problem !== null) return { reason: 'unreadable_row' };
    const result = byRow.get(row);
    if (result === undefined) return { reason: 'no_address' };
    if (result.mayBeMailed) return null;
    const [first] = result.suppressions;
    return first ?? { reason: 'invalid_address' };
  });
}

function addressIn(row: Row, column: string): string {
  return String(row.values.get(column) ?? '').trim();
}

function columnOf(columns: readonly string[], wanted: string | undefined): string {
  const named = (names: readonly string[]) => columns.find((one) => names.includes(one.toLowerCase()));
  const found = named(wanted === undefined ? NAMES : [wanted.toLowerCase()]);
  if (found !== undefined) return found;
  if (columns.some((one) => one.includes('@')))
    throw new UsageError('The first line holds an address: put a line before it that names the columns, e.g. email.');
  const which =
    wanted === undefined
      ? 'None of the columns is called email: name it with --column'
      : `No column is called ${wanted}`;
  throw new UsageError(`${which}. The file has: ${columns.join(', ')}.`);
}

async function* inBatches(rows: AsyncIterable<Row>, size: number): AsyncGenerator<readonly Row[]> {
  let batch: Row[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** A file that bears its name only once it is whole. */
class Part {
  readonly #stream: WriteStream;

  constructor(private readonly name: string) {
    this.#stream = createWriteStream(`${name}.part`);
    // Whoever writes next, or closes, is told.
    this.#stream.on('error', () => undefined);
  }

  write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(text, (error) => (error ? reject(error) : resolve()));
    });
  }

  async close(): Promise<void> {
    this.#stream.end();
    await finished(this.#stream);
  }

  async publish(): Promise<void> {
    await rename(`${this.name}.part`, this.name);
  }

  async discard(): Promise<void> {
    this.#stream.destroy();
    await rm(`${this.name}.part`, { force: true });
  }
}
