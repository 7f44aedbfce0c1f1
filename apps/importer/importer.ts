/** Runs imports that are due, one at a time in this process's care, each in a child process. */
import { fork } from 'node:child_process';
import { hostname } from 'node:os';
import { releaseImport, type TakenImport, takeImport } from '#adapters/postgres/imports/import-runs.js';
import { WorldError } from '#engine/log/errors.js';
import { installed } from '#platform/runtime/installation.js';
import type { Runtime } from '#platform/runtime/runtime.js';
import type { ImportOrder } from './import-process.js';

type Parts = Pick<Runtime, 'configuration' | 'databaseUrl' | 'pool' | 'logger'>;

/** What another process left is found so soon after its lease. */
const LOOK_MS = 2_000;
/** Megabytes of JavaScript objects: an import's memory does not grow with its file. */
const HEAP_MB = 192;
const PROGRAM = ['dist', 'apps', 'importer', 'import-process.js'] as const;

export class Importer {
  #running: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  #busy = false;
  #stopped = false;
  #child: ReturnType<typeof fork> | null = null;

  constructor(private readonly parts: Parts) {}

  start(): void {
    this.#timer = setInterval(() => this.wake(), LOOK_MS);
    this.#timer.unref();
    this.wake();
  }

  /** An import may be due. */
  wake(): void {
    if (this.#busy || this.#stopped) return;
    this.#busy = true;
    this.#running = this.#runAll().finally(() => {
      this.#busy = false;
    });
  }

  /** Takes no more; the one that runs stops after its chunk, and is gone on with by whoever starts next. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#child?.kill('SIGTERM');
    await this.#running;
  }

  async #runAll(): Promise<void> {
    try {
      const owner = `${hostname()}/${process.pid}`;
      while (!this.#stopped) {
        const taken = await takeImport(this.parts.pool, owner);
        if (taken === null) return;
        await this.#run(taken);
      }
    } catch (error) {
      // With the database away nothing is due; the next look finds out.
      if (!(error instanceof WorldError)) this.parts.logger.error({ err: error }, 'imports could not be looked for');
    }
  }

  /** Never rejects: an import whose process failed is taken again, and given up after some tries. */
  async #run(taken: TakenImport): Promise<void> {
    const { configuration, databaseUrl, pool, logger } = this.parts;
    if (this.#stopped) return releaseImport(pool, taken, true);
    const code = await new Promise<number | null>((resolve) => {
      const child = fork(installed(...PROGRAM), { execArgv: [`--max-old-space-size=${HEAP_MB}`], stdio: 'inherit' });
      this.#child = child;
      child.once('error', () => resolve(null));
      child.once('exit', (exit) => resolve(exit));
      const order: ImportOrder = { configuration, databaseUrl, taken };
      child.send(order, (error) => error && child.kill());
    });
    this.#child = null;
    if (code === 0) return;
    if (!this.#stopped)
      logger.error({ importId: taken.id, code }, 'the process of an import failed: it goes on in another');
    await releaseImport(pool, taken, this.#stopped).catch(() => undefined);
  }
}
