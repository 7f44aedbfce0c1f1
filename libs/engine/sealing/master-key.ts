/** The master key wraps data keys and workspace secrets; what is wrapped is bound to its owner by the additional data. */
import { randomBytes } from 'node:crypto';
import { AesDataKey } from './data-key.js';
import type { DataKey, MasterKey } from './sealing.js';

export class AesMasterKey implements MasterKey {
  readonly #key: AesDataKey;

  /** `raw`: 32 bytes. */
  constructor(raw: Buffer) {
    this.#key = new AesDataKey(raw);
  }

  create(owner: string): { readonly key: DataKey; readonly wrapped: Buffer } {
    const raw = randomBytes(32);
    return { key: new AesDataKey(raw), wrapped: this.#key.sealBytes(raw, owner) };
  }

  unwrap(wrapped: Buffer, owner: string): DataKey {
    return new AesDataKey(this.#key.openBytes(wrapped, owner));
  }

  wrapSecret(secret: Buffer, owner: string): Buffer {
    return this.#key.sealBytes(secret, owner);
  }

  unwrapSecret(wrapped: Buffer, owner: string): Buffer {
    return this.#key.openBytes(wrapped, owner);
  }
}
