/** What commands print: a table or lines for people, JSON for programs (`--json`). */

export interface Streams {
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream;
}

export function printLine(streams: Streams, text = ''): void {
  streams.out.write(`${text}\n`);
}

/** One JSON document, indented. */
export function printJson(streams: Streams, value: unknown): void {
  streams.out.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Progress goes to standard error, so that standard output stays clean for pipes. */
export function printProgress(streams: Streams, text: string): void {
  streams.err.write(`${text}\n`);
}

/** Columns padded to their widest cell; the header underlined by nothing: it is upper case. */
export function printTable(
  streams: Streams,
  columns: readonly string[],
  rows: readonly (readonly (string | number | null | undefined)[])[],
): void {
  const cells = [
    columns.map((name) => name.toUpperCase()),
    ...rows.map((row) => row.map((cell) => String(cell ?? ''))),
  ];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => (row[index] ?? '').length)));
  for (const row of cells)
    printLine(
      streams,
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}
