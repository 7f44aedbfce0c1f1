/** What a file of an import is read into, whatever its format. */
import type { Json } from '#contracts/json.js';

/** One row of a file. `line` is that of its first character, from 1. */
export interface Row {
  readonly line: number;
  /** As it stands in the file, without its line end. */
  readonly raw: string;
  /** By column or member; empty where `problem` says why it cannot be read. */
  readonly values: ReadonlyMap<string, Json>;
  /** Why the row cannot be read, and the cure; null when it can. */
  readonly problem: string | null;
}

/** A file under way: its columns are known before the first row is read. */
export interface Rows {
  /** Null where each row names its own members (NDJSON). */
  readonly columns: readonly string[] | null;
  /** First line of the file, as it stands; null where there are no columns. */
  readonly header: string | null;
  /** Between cells; null where there are none. */
  readonly delimiter: string | null;
  /** In the order of the file, in constant memory. Throws FileError where the file cannot be read on. */
  readonly rows: AsyncIterable<Row>;
}

/** The file as a whole cannot be read, or not from here on: what is wrong, where, and the cure. Shown to whoever gave it. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

/** Characters of one row: more is a quote that was never closed, or no such file at all. */
export const LONGEST_ROW = 1_048_576;
