/** Which errors of pg are the world's fault: the database is away, overloaded or shut down. */
import { FencedError, InvariantError, PoisonError, StopPartitionError, WorldError } from '#engine/log/errors.js';

/** Classes and codes of SQLSTATE (Postgres, appendix A) that a retry may cure. */
const CLASSES = new Set(['08', '53', '57', '58']);
const CODES = new Set([
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
]);
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT', // a unix socket that is gone
]);
/** pg gives these without a code, Postgres the last with one that also means our own faults. */
const MESSAGES = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Client has encountered a connection error',
  'Client was closed',
  'Query read timeout',
  'Cannot use a pool after calling end',
  'is not currently accepting connections',
];

function codeOf(error: object): string | null {
  return 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** True when the database or the way to it is at fault, not the message and not us. */
export function isWorldFault(error: unknown): boolean {
  if (error instanceof WorldError) return true;
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  if (code !== null && (CODES.has(code) || NETWORK.has(code) || (code.length === 5 && CLASSES.has(code.slice(0, 2))))) {
    return true;
  }
  return error instanceof AggregateError
    ? error.errors.some(isWorldFault)
    : MESSAGES.some((message) => error.message.includes(message));
}

/** The error as the engine sorts it: a WorldError (with the cause) when the world is at fault, else itself. */
export function sorted(error: unknown): unknown {
  const ours =
    error instanceof FencedError ||
    error instanceof PoisonError ||
    error instanceof StopPartitionError ||
    error instanceof InvariantError ||
    error instanceof WorldError;
  if (ours || !isWorldFault(error)) return error;
  return new WorldError(error instanceof Error ? error.message : String(error), { cause: error });
}
