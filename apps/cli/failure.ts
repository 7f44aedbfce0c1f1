/** Errors of commands, as people read them: one clear message with its cure, never a stack trace for what they can mend. */
import { types } from 'node:util';
import { MasterKeyError } from '#adapters/keys/master-key.js';
import { DataDirTakenError, EmbeddedPostgresError } from '#adapters/postgres/embedded/errors.js';
import { ConfigurationError } from '#platform/configuration/setting.js';

/** The command was used wrongly: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command failed for a reason that its message explains: exit code 1. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}

const WRONG_USE = [UsageError, ConfigurationError, DataDirTakenError];
const EXPLAINED = [CommandFailure, EmbeddedPostgresError, MasterKeyError];

export function failureOf(error: unknown): { readonly code: 1 | 2; readonly message: string } {
  if (!types.isNativeError(error)) return { code: 1, message: String(error) };
  if (WRONG_USE.some((kind) => error instanceof kind)) return { code: 2, message: error.message };
  if (EXPLAINED.some((kind) => error instanceof kind)) return { code: 1, message: error.message };
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return { code: 1, message: `Nothing answers: ${error.message}` };
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES' || code === 'EISDIR')
    return { code: 2, message: `${FILE_TROUBLE[code]}: ${(error as NodeJS.ErrnoException).path ?? error.message}` };
  return { code: 1, message: error.stack ?? error.message };
}

const FILE_TROUBLE = {
  ENOENT: 'There is no such file or folder',
  ENOTDIR: 'This is no folder',
  EACCES: 'This may not be read by this user',
  EISDIR: 'This is a folder, and a file is asked for',
} as const;
