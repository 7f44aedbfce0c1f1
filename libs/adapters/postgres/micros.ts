/**
 * Times whole, as cursors carry them: a timestamptz has microseconds, and its milliseconds alone would skip or repeat rows of the same
 * millisecond.
 */

/** Microseconds since the epoch; a number holds them until the year 2255. */
export const micros = (column: string): string => `(extract(epoch from ${column}) * 1000000)::bigint`;

/** The time of so many microseconds, given as a parameter. */
export const timeOf = (parameter: string): string =>
  `(timestamptz 'epoch' + ${parameter}::bigint * interval '1 microsecond')`;
