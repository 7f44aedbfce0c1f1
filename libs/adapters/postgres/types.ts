/** How values of Postgres come into the process: times are milliseconds, as everywhere in the engine. */
import pg from 'pg';

/** int8 as a number. Throws above 2^53: a rounded position would skip events. */
export function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`bigint ${text} is beyond what a number holds exactly`);
  return value;
}

/** timestamptz as milliseconds since the epoch; the session runs in UTC, so the text ends in +00. */
export function parseTimestamptz(text: string): number {
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  if (text === '-infinity') return Number.NEGATIVE_INFINITY;
  const value = Date.parse(text.endsWith('+00') ? `${text.slice(0, 10)}T${text.slice(11, -3)}Z` : text);
  if (Number.isNaN(value)) throw new Error(`timestamp ${text} cannot be read`);
  return value;
}

/** Type parsers of our pools: int8 → number, timestamptz → milliseconds, date → `YYYY-MM-DD`; the rest as pg does. */
export const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, 'text', parseInt8);
types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, 'text', parseTimestamptz);
types.setTypeParser(pg.types.builtins.DATE, 'text', (text: string) => text);
