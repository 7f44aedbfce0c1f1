/** Batches of large records: as many as a number of bytes bears. */
import type { LogRecord } from '#contracts/record.js';

/** The first records that have at most `maxBytes` sealed bytes together, and the very first whatever its size. */
export function withinBytes(records: readonly LogRecord[], maxBytes: number | undefined): readonly LogRecord[] {
  if (maxBytes === undefined) return records;
  let bytes = 0;
  const end = records.findIndex(({ sealed }, index) => {
    bytes += sealed?.length ?? 0;
    return index > 0 && bytes > maxBytes;
  });
  return end < 0 ? records : records.slice(0, end);
}
