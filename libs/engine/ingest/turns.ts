/**
 * How much is read in one turn of the event loop. Verifying and sealing a batch takes milliseconds, and a turn that does it for every
 * socket that has something answers nobody meanwhile, not even with a refusal, and takes in but one new connection (libuv accepts one
 * a turn). So a turn reads bodies up to some bytes, one in any case, and the rest wait for the next ones in the order they came.
 */

const TURN_BYTES = 16_384;
/** What the smallest request costs, in bytes that take as long. */
const LEAST_BYTES = 1_024;

interface Waiting {
  readonly bytes: number;
  readonly go: () => void;
}

export class Turns {
  readonly #waiting: Waiting[] = [];
  #left = TURN_BYTES;
  #ends = false;

  /** Resolves when it is the turn of a body of so many bytes. */
  take(bytes: number): Promise<void> {
    if (this.#left <= 0 || this.#waiting.length > 0)
      return new Promise((go) => {
        this.#waiting.push({ bytes, go });
      });
    this.#spend(bytes);
    return Promise.resolve();
  }

  #spend(bytes: number): void {
    this.#left -= Math.max(bytes, LEAST_BYTES);
    if (this.#ends) return;
    this.#ends = true;
    setImmediate(this.#next);
  }

  readonly #next = (): void => {
    this.#ends = false;
    this.#left = TURN_BYTES;
    while (this.#left > 0) {
      const first = this.#waiting.shift();
      if (first === undefined) return;
      this.#spend(first.bytes);
      first.go();
    }
  };
}
