/** Which errors of pg are the world's fault: the database is away, overloaded or shut down. */
import {
  FencedError,
  InvariantError,
  PoisonError,
  StopPartitionError,
  TooSlowError,
  WorldError,
} from '#engine/log/errors.js';

/** Classes and codes of SQLSTATE (Postgres, appendix A) that a retry may cure. */
const CLASSES = new Set(['08', '53', '57', '58']);
const CODES = new Set([
  '25006', // read_only_sql_transaction: after a failover we still speak with what is a standby now
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
  'XX001', // data_corrupted: a message is not to be parked for a damaged page
  'XX002', // index_corrupted
]);
/** query_canceled: a statement timeout, or somebody ended it. */
const CANCELLED = '57014';
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

interface Fault {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly errors?: unknown;
}

/** True when the database or the way to it is at fault, not the message and not us. */
export function isWorldFault(error: unknown): boolean {
  if (error instanceof WorldError) return true;
  // Not `instanceof Error`: errors of the network come from Node itself and may be of another realm.
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, errors } = error as Fault;
  if (typeof code === 'string' && (CODES.has(code) || NETWORK.has(code))) return true;
  if (typeof code === 'string' && code.length === 5 && CLASSES.has(code.slice(0, 2))) return true;
  if (Array.isArray(errors) && errors.some(isWorldFault)) return true;
  return typeof message === 'string' && MESSAGES.some((known) => message.includes(known));
}

/** The error as the engine sorts it: a WorldError (with the cause; TooSlowError after a time limit) when the world is at fault, else itself. */
export function sorted(error: unknown): unknown {
  const ours =
    error instanceof FencedError ||
    error instanceof PoisonError ||
    error instanceof StopPartitionError ||
    error instanceof InvariantError ||
    error instanceof WorldError;
  if (ours || !isWorldFault(error)) return error;
  const kind = (error as Fault).code === CANCELLED ? TooSlowError : WorldError;
  return new kind(messageOf(error), { cause: error });
}

function messageOf(error: unknown): string {
  const { message, code } = error as Fault;
  return String(message || code || error);
}
