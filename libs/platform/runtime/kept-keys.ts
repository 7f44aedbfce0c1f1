/** Workspace keys with a copy on disk, wrapped and sealed: a process that has one starts and goes on while the database is away. */
import type { SealedFile } from '#adapters/disk/sealed-file.js';
import type { KeyCopy, PostgresWorkspaceKeys } from '#adapters/postgres/keys/workspace-keys.js';
import type { Json } from '#contracts/json.js';
import { WorldError } from '#engine/log/errors.js';

/** New workspaces get their keys into the copy this soon. */
const REFRESH_MS = 60_000;

type Keys = Pick<PostgresWorkspaceKeys, 'makeAhead' | 'restore'>;

export interface KeptKeysOptions {
  /** Told when the keys could not be read anew or the copy not be written; the last ones serve on. */
  readonly onTrouble: (error: unknown) => void;
  readonly refreshMs?: number;
}

/**
 * Takes the keys of all workspaces into memory, a week ahead, and keeps the copy up to date. Rejects when there is neither a
 * database nor a copy. Returns how to end it.
 */
export async function keepKeys(keys: Keys, copy: SealedFile, options: KeptKeysOptions): Promise<() => Promise<void>> {
  const { onTrouble, refreshMs = REFRESH_MS } = options;
  let kept = '';
  const refresh = async (): Promise<void> => {
    const fresh = await keys.makeAhead();
    const text = JSON.stringify(fresh);
    if (text === kept) return;
    await copy.save(fresh as unknown as Json);
    kept = text;
  };
  try {
    await refresh();
  } catch (error) {
    const copied = error instanceof WorldError ? await copy.load() : null;
    if (copied === null) throw error;
    keys.restore(copied as unknown as KeyCopy);
    onTrouble(error);
  }
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = refresh().catch(onTrouble);
  }, refreshMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
