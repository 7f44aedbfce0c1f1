/** What commands print: a table or lines for people, JSON for programs (`--json`). */
import { plain } from './text/plain.js';
import { type Cell, table } from './text/table.js';

export interface Streams {
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream;
}

export function printLine(streams: Streams, text = ''): void {
  streams.out.write(`${plain(text)}\n`);
}

/** One JSON document, indented. */
export function printJson(streams: Streams, value: unknown): void {
  streams.out.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Progress goes to standard error, so that standard output stays clean for pipes. */
export function printProgress(streams: Streams, text: string): void {
  streams.err.write(`${plain(text)}\n`);
}

const SAY_MS = 1_000;

/** `say` at most once a second: progress of long work. */
export function seldom(say: (text: string) => void): (text: string) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (text) => {
    if (performance.now() - last < SAY_MS) return;
    last = performance.now();
    say(text);
  };
}

/** A table of at most 100 columns; those named in `shrink` are cut where it would be wider. */
export function printTable(
  streams: Streams,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  shrink: readonly string[] = [],
): void {
  if (rows.length === 0) printLine(streams, 'None.');
  else for (const line of table(columns, rows, shrink)) printLine(streams, line);
}

/** `name  value` lines, indented; what has no value is left out. */
export function printFacts(streams: Streams, facts: Readonly<Record<string, Cell>>): void {
  const told = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const width = Math.max(...told.map(([name]) => name.length));
  for (const [name, value] of told) printLine(streams, `  ${name.padEnd(width)}  ${value}`);
}

/** Told on standard error when a list goes on. */
export function printMore(streams: Streams, shown: number, more: boolean, option = '--limit'): void {
  if (more) printProgress(streams, `There are more than these ${shown}: raise ${option}.`);
}
