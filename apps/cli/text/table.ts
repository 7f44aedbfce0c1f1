/** Tables that fit a terminal. */
import { cut, oneLine } from './plain.js';

/** Columns that a line has at most. */
export const WIDTH = 100;

const GAP = '  ';
const NARROWEST = 8;

export type Cell = string | number | null | undefined;

/**
 * Columns padded to their widest cell, the head in upper case. Where a line would be longer than 100 characters the columns named in
 * `shrink` are cut, the widest first: ids never are.
 */
export function table(
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  shrink: readonly string[] = [],
): readonly string[] {
  const cells = [
    columns.map((name) => name.toUpperCase()),
    ...rows.map((row) => row.map((cell) => oneLine(String(cell ?? '')))),
  ];
  const widths = fitted(
    columns.map((_, index) => Math.max(...cells.map((row) => lengthOf(row[index])))),
    shrink.map((name) => columns.indexOf(name)),
  );
  return cells.map((row) =>
    row
      .map((cell, index) => padded(cut(cell, widths[index] ?? 0), widths[index] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

function fitted(widths: readonly number[], shrink: readonly number[]): readonly number[] {
  const fits = [...widths];
  const total = () => fits.reduce((sum, width) => sum + width, 0) + GAP.length * (fits.length - 1);
  while (total() > WIDTH) {
    const widest = shrink.reduce(
      (best, index) => ((fits[index] ?? 0) > (fits[best] ?? 0) ? index : best),
      shrink[0] ?? -1,
    );
    const width = fits[widest] ?? 0;
    if (width <= NARROWEST) return fits;
    fits[widest] = width - 1;
  }
  return fits;
}

const lengthOf = (text: string | undefined): number => [...(text ?? '')].length;
const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - lengthOf(text)));
