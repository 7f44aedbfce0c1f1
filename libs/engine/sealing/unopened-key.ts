import type { PoisonError } from '#engine/log/errors.js';
import type { DataKey } from './sealing.js';

/**
 * Stands where a key is on record and does not open: whoever uses it gets the PoisonError. The contact is not taken for an erased one,
 * which has no key, and the others asked for beside it are served.
 */
export class UnopenedKey implements DataKey {
  constructor(private readonly why: PoisonError) {}

  seal(): never {
    throw this.why;
  }

  open(): never {
    throw this.why;
  }

  sealBytes(): never {
    throw this.why;
  }

  openBytes(): never {
    throw this.why;
  }
}
