/**
 * Processes of a bench, and how they are asked for things. Engine, sender and bench are apart, so that what one spends is not taken
 * for what another needs.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

type Question = { readonly id: number; readonly ask: string; readonly value: unknown };
type Answer = { readonly id: number; readonly value?: unknown; readonly error?: string };

export interface ChildOptions {
  /** Folder for the CPU profile that it writes when it ends. */
  readonly profile?: string | null;
  /** What its profile is named after; default: the module. */
  readonly name?: string;
}

/** CPU seconds (user and system) a process has spent, and the most memory it ever held. */
export interface Spent {
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
}

let made = 0;

export class Child {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #ended: Promise<void>;
  #asked = 0;

  /** `module`: path of the compiled file below `bench`, without its extension. It must call `serve`. */
  constructor(module: string, { profile = null, name = module }: ChildOptions = {}) {
    const file = `${name.replaceAll('/', '-')}-${process.pid}-${++made}.cpuprofile`;
    const profiling = profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${file}`];
    this.#process = fork(join(import.meta.dirname, '..', `${module}.js`), {
      execArgv: profiling,
      serialization: 'advanced',
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    this.#process.on('message', (answer: Answer) => this.#waiting.get(answer.id)?.(answer));
    this.#ended = new Promise((resolve) => {
      this.#process.once('exit', (code, signal) => {
        for (const answer of this.#waiting.values()) answer({ id: 0, error: `${module} ended: ${signal ?? code}` });
        resolve();
      });
    });
  }

  ask<T>(ask: string, value?: unknown): Promise<T> {
    this.#asked += 1;
    const question: Question = { id: this.#asked, ask, value };
    return new Promise((resolve, reject) => {
      this.#waiting.set(question.id, ({ value: answer, error }) => {
        this.#waiting.delete(question.id);
        if (error === undefined) resolve(answer as T);
        else reject(new Error(error));
      });
      this.#process.send(question);
    });
  }

  spent(): Promise<Spent> {
    return this.ask('spent');
  }

  /** Lets it end in order. */
  async stop(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect();
    await this.#ended;
  }
}

type Handlers = Readonly<Record<string, (value: never) => unknown>>;

/** The other side: answers questions until the bench lets go, then runs `end` and exits. */
export function serve(handlers: Handlers, end: () => Promise<void>): void {
  const all: Handlers = { ...handlers, spent };
  process.on('message', async ({ id, ask, value }: Question) => {
    const reply = (answer: Answer) => process.send?.(answer);
    try {
      const handler = all[ask];
      if (handler === undefined) throw new Error(`nothing answers to ${ask}`);
      reply({ id, value: await handler(value as never) });
    } catch (error) {
      reply({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  process.once('disconnect', async () => {
    await end();
    process.exit();
  });
}

function spent(): Spent {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakRssMb: maxRSS / 1024 };
}
