/** One process of ours: started, killed, halted, and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from '../until.js';
import { isReached, type Order, type Place, type Point, type Reached } from './points/point.js';
import { signal } from './process-tree.js';

export interface InstancePlan {
  readonly name: string;
  /** Full path of bin/afterclick.mjs, or of the module of a service in dist. */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where it listens, no slash at the end. */
  readonly url: string;
  /** All that it writes. */
  readonly logFile: string;
}

const START_MS = 60_000;
const REACH_MS = 30_000;

/** What puts the named points into a process: of the very build it runs. */
function pointsOf(program: string): string {
  let folder = dirname(program);
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return pathToFileURL(join(folder, 'dist', 'libs', 'testing', 'chaos', 'points', 'preload.js')).href;
}

export interface Reaching {
  readonly of?: string | null;
  /** Milliseconds. */
  readonly withinMs?: number;
}

export class NotReached extends Error {}

interface Awaited {
  readonly point: Point;
  reached: Reached | null;
}

export class Instance {
  #child: ChildProcess | null = null;
  #wanted = false;
  #awaited: Awaited | null = null;
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
    const child = spawn(process.execPath, ['--import', pointsOf(program), program, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', out, out, 'ipc'],
    });
    closeSync(out);
    this.#child = child;
    this.#wanted = true;
    this.lives += 1;
    this.#awaited = null;
    child.on('message', (message) => {
      if (this.#child === child && isReached(message) && message.reached === this.#awaited?.point)
        this.#awaited.reached = message;
    });
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

  /**
   * Has it wait at the point when it comes to it next (`of`: at that place only), and resolves when it does. Rejects when it has not
   * come there in time or is told to forget it; it then no longer waits.
   */
  async reaches(point: Point, { of = null, withinMs = REACH_MS }: Reaching = {}): Promise<Place | null> {
    const awaited: Awaited = { point, reached: null };
    this.#awaited = awaited;
    this.#order({ order: 'wait', point, of });
    try {
      await until(() => {
        if (this.#awaited !== awaited) throw new Error('it was told otherwise, or started anew');
        return awaited.reached !== null;
      }, withinMs);
    } catch (error) {
      if (this.#awaited === awaited) this.forget();
      throw new NotReached(`${this.name} did not come to the point ${point}`, { cause: error });
    }
    return awaited.reached?.place ?? null;
  }

  /** From the point where it waits. */
  proceed(): void {
    this.#order({ order: 'proceed' });
  }

  /** It waits no longer, nor is it to wait. */
  forget(): void {
    this.#awaited = null;
    this.#order({ order: 'forget' });
  }

  #order(order: Order): void {
    // One that died meanwhile needs no order.
    if (this.#child?.connected) this.#child.send(order, () => undefined);
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
