/** Transactions in memory: checks and writes are gathered, and done in one go at the end or not at all. */

export class MemoryTransaction {
  readonly #checks: (() => void)[] = [];
  readonly #writes: (() => void)[] = [];

  /** Done before all writes; what it throws undoes the transaction. Also run at once, so that a fault shows early. */
  check(check: () => void): void {
    check();
    this.#checks.push(check);
  }

  write(write: () => void): void {
    this.#writes.push(write);
  }

  commit(): void {
    for (const check of this.#checks) check();
    for (const write of this.#writes) write();
  }
}

/** Runs `work` and commits when it resolves; when it rejects, nothing is written. */
export async function inMemoryTransaction<T>(work: (tx: MemoryTransaction) => Promise<T>): Promise<T> {
  const tx = new MemoryTransaction();
  const result = await work(tx);
  tx.commit();
  return result;
}
