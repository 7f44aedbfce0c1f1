/** One process of ours: started, killed, halted, and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { until } from '../until.js';
import { signal } from './process-tree.js';

export interface InstancePlan {
  readonly name: string;
  /** Full path of bin/afterclick.mjs. */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where it listens, no slash at the end. */
  readonly url: string;
  /** All that it writes. */
  readonly logFile: string;
}

const START_MS = 60_000;

export class Instance {
  #child: ChildProcess | null = null;
  #wanted = false;
  /** How it ended when nobody had asked it to. */
  readonly crashes: string[] = [];
  /** Counts its lives: what it counts begins anew with each. */
  lives = 0;

  constructor(readonly plan: InstancePlan) {}

  get name(): string {
    return this.plan.name;
  }

  get url(): string {
    return this.plan.url;
  }

  get running(): boolean {
    return this.#child !== null;
  }

  /** Resolves when it answers. Rejects when it ends instead, or does not answer within a minute. */
  async start(): Promise<void> {
    const { program, args, env, logFile } = this.plan;
    const out = openSync(logFile, 'a', 0o600);
    // The channel tells it of our death, so that nothing is left running.
    const child = spawn(process.execPath, [program, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', out, out, 'ipc'],
    });
    closeSync(out);
    this.#child = child;
    this.#wanted = true;
    this.lives += 1;
    child.once('exit', (code, by) => {
      if (this.#child !== child) return;
      this.#child = null;
      if (this.#wanted) this.crashes.push(`${this.name} ended by itself (${by ?? code}): see ${logFile}`);
    });
    await until(async () => {
      if (this.#child === null) throw new Error(this.crashes.at(-1) ?? `${this.name} did not start: see ${logFile}`);
      return answers(this.url);
    }, START_MS);
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Resolves with its exit code; null when a signal ended it. */
  async stop(): Promise<number | null> {
    this.resume();
    return this.#end('SIGTERM');
  }

  halt(): void {
    if (this.#child?.pid) signal(this.#child.pid, 'SIGSTOP');
  }

  resume(): void {
    if (this.#child?.pid) signal(this.#child.pid, 'SIGCONT');
  }

  async #end(by: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    this.#wanted = false;
    if (child === null) return null;
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    child.kill(by);
    return ended;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    // Not yet: refused, or too busy to say so.
    return false;
  }
}
