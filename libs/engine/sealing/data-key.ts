/** AES-256-GCM: version byte (1) · 12 bytes nonce · ciphertext · 16 bytes tag, bound to a place by the additional data. */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomFillSync } from 'node:crypto';
import type { Json } from '#contracts/json.js';
import { PoisonError } from '#engine/log/errors.js';
import type { DataKey } from './sealing.js';

const VERSION = 1;
const NONCE = 12;
const TAG = 16;
const HEAD = 1 + NONCE;

/** Random nonces drawn 1,024 at a time: one call of the generator for each costs as much as the encryption itself. */
const pool = Buffer.alloc(NONCE * 1024);
let drawn = pool.length;

function writeNonce(into: Buffer, at: number): void {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  pool.copy(into, at, drawn, drawn + NONCE);
  drawn += NONCE;
}

/** A data key of 32 bytes. Throws on another length. */
export class AesDataKey implements DataKey {
  readonly #key: KeyObject;

  constructor(raw: Buffer) {
    if (raw.length !== 32) throw new Error(`a data key has 32 bytes, not ${raw.length}`);
    this.#key = createSecretKey(raw);
  }

  seal(value: Json, place: string): Buffer {
    return this.sealBytes(Buffer.from(JSON.stringify(value)), place);
  }

  open(sealed: Buffer, place: string): Json {
    const text = this.openBytes(sealed, place).toString('utf8');
    try {
      return JSON.parse(text) as Json;
    } catch (cause) {
      throw new PoisonError('sealed bytes open but hold no JSON', { cause });
    }
  }

  sealBytes(value: Buffer, place: string): Buffer {
    const sealed = Buffer.allocUnsafe(HEAD + value.length + TAG);
    sealed[0] = VERSION;
    writeNonce(sealed, 1);
    const cipher = createCipheriv('aes-256-gcm', this.#key, sealed.subarray(1, HEAD));
    cipher.setAAD(Buffer.from(place));
    cipher.update(value).copy(sealed, HEAD);
    cipher.final();
    cipher.getAuthTag().copy(sealed, HEAD + value.length);
    return sealed;
  }

  openBytes(sealed: Buffer, place: string): Buffer {
    if (sealed.length < HEAD + TAG) throw new PoisonError('sealed bytes are cut short');
    if (sealed[0] !== VERSION) throw new PoisonError(`sealed bytes have the unknown version ${sealed[0]}`);
    const body = sealed.length - TAG;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(1, HEAD), { authTagLength: TAG });
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(sealed.subarray(body));
    const opened = decipher.update(sealed.subarray(HEAD, body));
    try {
      decipher.final();
    } catch (cause) {
      throw new PoisonError('sealed bytes were changed, moved or sealed under another key', { cause });
    }
    return opened;
  }
}
