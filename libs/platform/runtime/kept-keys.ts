/** Workspace keys with a copy on disk, wrapped and sealed: a process that has one starts and goes on while the database is away. */
import type { SealedFile } from '#adapters/disk/sealed-file.js';
import type { KeyCopy, PostgresWorkspaceKeys } from '#adapters/postgres/keys/workspace-keys.js';
import type { Json } from '#contracts/json.js';
import { WorldError } from '#engine/log/errors.js';

/** How soon new days get into the copy. */
const REFRESH_MS = 60_000;

type Keys = Pick<PostgresWorkspaceKeys, 'makeAhead' | 'restore'>;

export interface KeptKeysOptions {
  /** Told when the keys could not be read anew or the copy not be written; the last ones serve on. */
  readonly onTrouble: (error: unknown) => void;
  readonly refreshMs?: number;
}

export interface KeptKeys {
  /** Reads the keys anew, those of new workspaces among them, and brings the copy up to date. Rejects when that cannot be done now. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Takes the keys of all workspaces into memory, a week ahead, and keeps the copy up to date. Rejects when there is neither a
 * database nor a copy.
 */
export async function keepKeys(keys: Keys, copy: SealedFile, options: KeptKeysOptions): Promise<KeptKeys> {
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
  return {
    refresh,
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
