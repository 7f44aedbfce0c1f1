/** Cells → a line of CSV (RFC 4180, with \n at its end). */
export function csvLine(cells: readonly (string | null)[], delimiter = ','): string {
  return `${cells.map((cell) => quoted(cell ?? '', delimiter)).join(delimiter)}\n`;
}

function quoted(cell: string, delimiter: string): string {
  return /["\r\n]/.test(cell) || cell.includes(delimiter) || cell !== cell.trim()
    ? `"${cell.replaceAll('"', '""')}"`
    : cell;
}
