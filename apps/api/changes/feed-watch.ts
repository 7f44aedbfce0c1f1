/** Wakes who waits for the feed of a workspace to grow: one small query for all of them, and none while nobody waits. */
import { Inject, Injectable } from '@nestjs/common';
import { feedEnds } from '#adapters/postgres/feed/read.js';
import type { Pool } from '#adapters/postgres/pool.js';
import type { Uuid } from '#contracts/ids.js';
import { POOL } from '../dependencies.js';

const LOOK_MS = 200;

interface Waiting {
  readonly workspaceId: Uuid;
  readonly position: number;
  wake(grown: boolean): void;
}

@Injectable()
export class FeedWatch {
  readonly #waiting = new Set<Waiting>();
  #timer: NodeJS.Timeout | null = null;

  constructor(@Inject(POOL) private readonly pool: Pool) {}

  /** True once the feed has a change after `position`; false after `ms`, or when `signal` aborts. */
  beyond(workspaceId: Uuid, position: number, ms: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(false);
      const end = (grown: boolean) => {
        clearTimeout(limit);
        signal.removeEventListener('abort', leave);
        this.#waiting.delete(one);
        resolve(grown);
      };
      const leave = () => end(false);
      const limit = setTimeout(leave, ms);
      const one = { workspaceId, position, wake: end };
      signal.addEventListener('abort', leave);
      this.#waiting.add(one);
      this.#timer ??= setTimeout(() => void this.#look(), LOOK_MS);
    });
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const one of this.#waiting) one.wake(false);
  }

  /** A database that is away wakes nobody: they try again at their heartbeat, and end if it still is. */
  async #look(): Promise<void> {
    const waiting = [...this.#waiting];
    const asked = [...new Set(waiting.map(({ workspaceId }) => workspaceId))];
    const ends = await feedEnds(this.pool, asked).catch(() => new Map<Uuid, number>());
    for (const one of waiting) if ((ends.get(one.workspaceId) ?? 0) > one.position) one.wake(true);
    this.#timer = this.#waiting.size === 0 ? null : setTimeout(() => void this.#look(), LOOK_MS);
  }
}
