/** The process's log: JSON lines on standard output. No line per event, no personal data (engine.md 4.14). */
import { type DestinationStream, type Logger, pino } from 'pino';

/**
 * `level`: least level written. Errors are written without their `detail` (Postgres puts row values there) and without queries' parameters.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Name, code, message and stack; a database error's detail, hint and parameters hold values of rows and are left out. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as { code?: unknown };
  return { type: error.name, message: error.message, ...(code === undefined ? {} : { code }), stack: error.stack };
}
