/** One JSON value in one file, sealed under the master key, replaced as a whole. */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Json } from '#contracts/json.js';
import type { MasterKey } from '#engine/sealing/sealing.js';

export class SealedFile {
  /** `purpose` binds the bytes to what they are: a file of another purpose does not open. */
  constructor(
    private readonly path: string,
    private readonly master: MasterKey,
    private readonly purpose: string,
  ) {}

  /** Null when there is no file, or none that this master key opens. */
  async load(): Promise<Json | null> {
    let sealed: Buffer;
    try {
      sealed = await readFile(this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    try {
      return JSON.parse(this.master.unwrapSecret(sealed, this.#owner).toString('utf8')) as Json;
    } catch {
      // Sealed under an earlier master key, or damaged: as good as no copy.
      return null;
    }
  }

  /** Written beside, flushed and renamed: a crash leaves the old copy or the new one, never a part. */
  async save(value: Json): Promise<void> {
    const sealed = this.master.wrapSecret(Buffer.from(JSON.stringify(value)), this.#owner);
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const draft = `${this.path}.${process.pid}.new`;
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(sealed);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, this.path);
  }

  get #owner(): string {
    return `file:${this.purpose}`;
  }
}
