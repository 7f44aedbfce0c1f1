/**
 * Opened contact keys, least recently used out first. An entry holds only for the wrapped bytes it came from, so a key that
 * was deleted (erasure) or made anew is never served from here.
 */
import type { Uuid } from '#contracts/ids.js';
import { contactOwner } from './owners.js';
import type { DataKey, MasterKey } from './sealing.js';

interface Entry {
  readonly wrapped: Buffer;
  readonly key: DataKey;
}

export class ContactKeyCache {
  readonly #entries = new Map<string, Entry>();

  constructor(
    private readonly master: MasterKey,
    private readonly capacity = 50_000,
  ) {}

  /** The key in `wrapped`. Throws PoisonError when it is not this contact's or not this master key's. */
  open(workspaceId: Uuid, contactId: Uuid, wrapped: Buffer): DataKey {
    const owner = contactOwner(workspaceId, contactId);
    const known = this.#entries.get(owner);
    if (known?.wrapped.equals(wrapped)) return this.keep(owner, known).key;
    return this.keep(owner, { wrapped, key: this.master.unwrap(wrapped, owner) }).key;
  }

  /** A new key for a contact that has none; only a committed row makes it the contact's. */
  create(workspaceId: Uuid, contactId: Uuid): { readonly key: DataKey; readonly wrapped: Buffer } {
    const owner = contactOwner(workspaceId, contactId);
    return this.keep(owner, this.master.create(owner));
  }

  private keep(owner: string, entry: Entry): Entry {
    this.#entries.delete(owner);
    this.#entries.set(owner, entry);
    if (this.#entries.size > this.capacity) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
    return entry;
  }
}
