/**
 * A column of bytes for a bulk statement, as one binary parameter with a length for each row: sealed bytes as a text array would be
 * written in hex and read again, which costs more than the insert. In SQL: `substring($1::bytea from u.at for u.size)`.
 */
import type { Json } from '#contracts/json.js';
import { plainArray } from '../read-models/array-literal.js';

export class Blob {
  readonly #parts: Buffer[] = [];
  readonly #at: number[] = [];
  readonly #sizes: (number | null)[] = [];
  #end = 1;

  /** Null becomes SQL null. */
  add(bytes: Buffer | null): void {
    this.#at.push(this.#end);
    this.#sizes.push(bytes === null ? null : bytes.length);
    if (bytes === null || bytes.length === 0) return;
    this.#parts.push(bytes);
    this.#end += bytes.length;
  }

  /** Parameters: the bytes, where each begins (from 1), its size. */
  values(): [Buffer, string, string] {
    return [Buffer.concat(this.#parts), plainArray(this.#at), plainArray(this.#sizes)];
  }

  static of<Row>(rows: readonly Row[], bytes: (row: Row) => Buffer | null): [Buffer, string, string] {
    const blob = new Blob();
    for (const row of rows) blob.add(bytes(row));
    return blob.values();
  }

  /** JSON as UTF-8: read it with `convert_from(substring(…), 'UTF8')::json`. Null becomes SQL null, not JSON's. */
  static ofJson<Row>(rows: readonly Row[], json: (row: Row) => Json | null): [Buffer, string, string] {
    let [end, all] = [1, ''];
    const [at, sizes]: [number[], (number | null)[]] = [[], []];
    for (const row of rows) {
      const value = json(row);
      const text = value === null ? '' : JSON.stringify(value);
      const size = Buffer.byteLength(text);
      at.push(end);
      sizes.push(value === null ? null : size);
      all += text;
      end += size;
    }
    return [Buffer.from(all), plainArray(at), plainArray(sizes)];
  }
}
