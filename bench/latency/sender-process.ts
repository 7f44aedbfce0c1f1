/** The sender of `latency`, open-loop, and the watcher of the read side: one process, so that one clock measures both ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../http/connection.js';
import { type Target, writerFor } from '../http/requests.js';
import { serve } from '../world/child.js';
import { PER_SECOND, type Scheduled } from './schedule.js';
import { type Look, Visible } from './visible.js';

export interface Side {
  readonly name: string;
  readonly target: Target;
  readonly look: Look;
}

export interface Latencies {
  /** Milliseconds from the time at which each request was to be sent until its event was seen; repeats are not among them. */
  readonly visible: readonly number[];
  /** Until its answer. */
  readonly answered: readonly number[];
}

class Sender {
  readonly #write: ReturnType<typeof writerFor>;
  readonly #free: Connection[] = [];

  constructor(
    private readonly target: Target,
    private readonly watch: Visible,
  ) {
    this.#write = writerFor(target);
  }

  async run(schedule: readonly Scheduled[]): Promise<Latencies> {
    const visible: number[] = [];
    const answered: number[] = [];
    const running: Promise<void>[] = [];
    const began = performance.now() + 10;
    for (const [n, one] of schedule.entries()) {
      const due = began + (n * 1000) / PER_SECOND;
      // Signed before it is due, as a provider's queue would have it.
      const request = this.#write([one.event], one.contactId);
      const early = due - performance.now();
      if (early > 0) await sleep(early);
      if (!one.repeated) running.push(this.watch.next(one.contactId).then((at) => void visible.push(at - due)));
      running.push(this.#send(request).then((at) => void answered.push(at - due)));
    }
    await Promise.all(running);
    return { visible, answered };
  }

  close(): void {
    for (const connection of this.#free.splice(0)) connection.close();
  }

  async #send(request: Buffer): Promise<number> {
    const connection = this.#free.pop() ?? (await Connection.open(this.target.url));
    const status = await connection.send(request);
    const at = performance.now();
    this.#free.push(connection);
    if (status !== 200) throw new Error(`a request was answered ${status}`);
    return at;
  }
}

const sides = new Map<string, { readonly sender: Sender; readonly watch: Visible }>();

serve(
  {
    async open({ name, target, look }: Side): Promise<void> {
      const watch = await Visible.open(look);
      sides.set(name, { sender: new Sender(target, watch), watch });
    },
    run({ name, schedule }: { readonly name: string; readonly schedule: readonly Scheduled[] }): Promise<Latencies> {
      const side = sides.get(name);
      if (side === undefined) throw new Error(`${name} is not open`);
      return side.sender.run(schedule);
    },
  },
  async () => {
    for (const { sender, watch } of sides.values()) {
      sender.close();
      await watch.close();
    }
  },
);
