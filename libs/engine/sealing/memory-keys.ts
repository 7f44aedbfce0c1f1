/** Keys that live as long as the process: for pure tests. */
import { createHash, randomBytes } from 'node:crypto';
import type { Uuid } from '#contracts/ids.js';
import { KeyDestroyedError } from './errors.js';
import { AesMasterKey } from './master-key.js';
import { dayOf, dayOwner } from './owners.js';
import type { DataKey, DayPurpose, MasterKey, WorkspaceKeys } from './sealing.js';

/** A master key of random bytes. */
export function memoryMasterKey(): MasterKey {
  return new AesMasterKey(randomBytes(32));
}

/** Daily keys made on demand; the secret of a workspace is a hash of its id. */
export class MemoryWorkspaceKeys implements WorkspaceKeys {
  readonly #days = new Map<string, DataKey | null>();

  constructor(private readonly master: MasterKey = memoryMasterKey()) {}

  async daily(workspaceId: Uuid, at: number, purpose: DayPurpose): Promise<DataKey> {
    const owner = dayOwner(workspaceId, dayOf(at), purpose);
    const known = this.#days.get(owner);
    if (known === null) throw new KeyDestroyedError(`the daily key ${owner} was destroyed`);
    if (known) return known;
    const { key } = this.master.create(owner);
    this.#days.set(owner, key);
    return key;
  }

  async secret(workspaceId: Uuid): Promise<Buffer> {
    return createHash('sha256').update(workspaceId).digest();
  }

  /** What was sealed under this day's key does not open any more. */
  destroy(workspaceId: Uuid, at: number, purpose: DayPurpose): void {
    this.#days.set(dayOwner(workspaceId, dayOf(at), purpose), null);
  }
}
