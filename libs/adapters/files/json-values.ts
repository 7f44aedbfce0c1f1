/** A JSON array, element by element, as each stands in the file: numbers keep all their digits. */
import { FileError, LONGEST_ROW, type Row, type Rows } from '#engine/imports/row.js';
import { linesOf } from './ndjson.js';
import { count, textOf } from './text.js';

/** `json`: one array; `ndjson`: a value a line. Rows hold the text of each value. */
export function openJsonValues(bytes: AsyncIterable<Buffer>, format: 'json' | 'ndjson'): Rows {
  const rows = format === 'json' ? elementsOf(bytes) : valuesOf(bytes);
  return { columns: null, header: null, delimiter: null, rows };
}

async function* valuesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<Row> {
  for await (const { line, raw } of linesOf(bytes)) yield row(line, raw);
}

function row(line: number, raw: string): Row {
  return {
    line,
    raw,
    values: new Map(),
    problem: isJson(raw) ? null : 'no JSON: each line must be one whole JSON value',
  };
}

function isJson(raw: string): boolean {
  try {
    JSON.parse(raw);
    return true;
  } catch {
    return false;
  }
}

/** Throws FileError where it is no array, or an element is not closed. */
async function* elementsOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<Row> {
  const cutter = new Cutter();
  for await (const piece of textOf(bytes)) yield* cutter.take(piece);
  cutter.end();
}

/** Cuts elements out of the text of an array. Only strings and brackets matter to where one ends. */
class Cutter {
  #depth = 0;
  #inString = false;
  #escaped = false;
  #ended = false;
  #element = '';
  #line = 1;
  #startLine = 1;

  *take(piece: string): Generator<Row> {
    let from = 0;
    for (let at = 0; at < piece.length; at += 1) {
      const character = piece[at] as string;
      if (this.#depth === 0) {
        this.#outside(character);
        from = at + 1;
        continue;
      }
      if (this.#inString) this.#within(character);
      else if (character === '"') this.#inString = true;
      else if (character === '[' || character === '{') this.#depth += 1;
      else if (character === ']' || character === '}') this.#depth -= 1;
      const ends = !this.#inString && (this.#depth === 0 || (this.#depth === 1 && character === ','));
      if (!ends) continue;
      yield* this.#cut(this.#element + piece.slice(from, at));
      this.#element = '';
      from = at + 1;
    }
    this.#element += piece.slice(from);
    if (this.#element.length > LONGEST_ROW)
      throw new FileError(
        `Line ${this.#startLine}: an event of more than ${LONGEST_ROW} characters. A bracket or a quote of it is never closed, most likely.`,
      );
  }

  end(): void {
    if (!this.#ended)
      throw new FileError(
        'The JSON array is not closed: the export is cut off. Export it again, or give it as NDJSON.',
      );
  }

  #outside(character: string): void {
    if (character === '\n') this.#line += 1;
    if (/\s/.test(character)) return;
    if (character !== '[' || this.#ended)
      throw new FileError(
        `Line ${this.#line}: expected one JSON array ([…]) and nothing else. Events line by line are NDJSON: name the file .ndjson.`,
      );
    this.#depth = 1;
    this.#startLine = this.#line;
    this.#ended = false;
  }

  #within(character: string): void {
    if (this.#escaped) this.#escaped = false;
    else if (character === '\\') this.#escaped = true;
    else if (character === '"') this.#inString = false;
  }

  *#cut(text: string): Generator<Row> {
    if (this.#depth === 0) this.#ended = true;
    const before = text.length - text.trimStart().length;
    const line = this.#line + count(text.slice(0, before), '\n');
    this.#line += count(text, '\n');
    this.#startLine = this.#line;
    const raw = text.trim();
    if (raw !== '') yield row(line, raw);
  }
}
