/** Rows of a table as text: names to the left, values to the right. */
export type Row = readonly [name: string, value: string | number];

export function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  const digits = Math.max(...rows.map(([, value]) => String(value).length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${String(value).padStart(digits)}`).join('\n');
}
