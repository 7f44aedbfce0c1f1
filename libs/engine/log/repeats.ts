/**
 * A relay may append a record of its lane again (after a crash between append and mark), and never reorders. So of each
 * partition that a relay fills the position in its lane that was last applied is kept with the checkpoint, and what is not above
 * it is dropped (engine.md 1).
 */
import type { LogRecord } from '#contracts/record.js';
import { StopPartitionError } from './errors.js';

/** The position a record has in its lane, gapless from 0; null when no relay brought it. */
export type LanePosition = (record: LogRecord) => number | null;

export interface Fresh {
  readonly records: readonly LogRecord[];
  /** Lane position of the last record applied once these are; -1 when there was none. */
  readonly reached: number;
  /** How many were dropped. */
  readonly repeats: number;
}

/** What is above `reached`. Throws StopPartitionError when a lane position is missing: it must not be skipped. */
export function freshOf(records: readonly LogRecord[], reached: number, lanePosition: LanePosition): Fresh {
  const fresh: LogRecord[] = [];
  let last = reached;
  for (const record of records) {
    const position = lanePosition(record);
    if (position !== null) {
      if (position <= last) continue;
      if (position !== last + 1) {
        throw new StopPartitionError(
          `${record.topic}/${record.partition}: position ${last + 1} of the lane was expected and ${position} came at ` +
            `${record.position}: the relay left something out`,
        );
      }
      last = position;
    }
    fresh.push(record);
  }
  return { records: fresh, reached: last, repeats: records.length - fresh.length };
}
