/** The process's log: JSON lines on standard output. No line per event, no personal data (engine.md 4.14). */
import { types } from 'node:util';
import { type DestinationStream, type Logger, pino } from 'pino';

/**
 * `level`: least level written. Errors are written without their `detail` (Postgres puts row values there) and without queries' parameters;
 * a message that quotes a value is withheld.
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
  if (!types.isNativeError(error)) return { message: String(error) };
  const { code } = error as { code?: unknown };
  const message = quotes(error, code) ? '(withheld: it may quote what was read)' : error.message;
  return { type: error.name, message, ...(code === undefined ? {} : { code }), stack: placesOf(error) };
}

/** Parsers quote the text they stumbled on, Postgres (class 22) and Node the value. */
function quotes(error: Error, code: unknown): boolean {
  return error.name === 'SyntaxError' || (typeof code === 'string' && /^22|^ERR_INVALID_(ARG|URL)/.test(code));
}

/** The stack without its head, which is the message once more. */
function placesOf({ stack = '' }: Error): string {
  const first = stack.search(/^ {4}at /m);
  return first < 0 ? '' : stack.slice(first);
}
