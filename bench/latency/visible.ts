/**
 * Watches the read side for what was sent: one look-up by key of the contacts that are waited for, again and again. A contact's count
 * of engagements tells which of its events have arrived, in the order they were sent.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Uuid } from '#contracts/ids.js';

const PAUSE_MS = 1;

export interface Look {
  readonly databaseUrl: string;
  /** Answers contact_id and count; parameters: workspace, contact ids. */
  readonly text: string;
  readonly workspaceId: Uuid;
}

interface Waiting {
  readonly count: number;
  readonly seen: (at: number) => void;
}

export class Visible {
  readonly #waiting = new Map<Uuid, Waiting[]>();
  readonly #sent = new Map<Uuid, number>();
  #ending = false;
  #running: Promise<void> = Promise.resolve();

  private constructor(
    private readonly client: pg.Client,
    private readonly look: Look,
  ) {}

  static async open(look: Look): Promise<Visible> {
    const client = new pg.Client({ connectionString: look.databaseUrl });
    await client.connect();
    const visible = new Visible(client, look);
    visible.#running = visible.#run();
    return visible;
  }

  /** Call it when the event is sent; resolves with the time (performance.now) at which it was seen. */
  next(contactId: Uuid): Promise<number> {
    const count = (this.#sent.get(contactId) ?? 0) + 1;
    this.#sent.set(contactId, count);
    return new Promise((seen) => {
      const waiting = this.#waiting.get(contactId) ?? [];
      waiting.push({ count, seen });
      this.#waiting.set(contactId, waiting);
    });
  }

  async close(): Promise<void> {
    this.#ending = true;
    await this.#running;
    await this.client.end();
  }

  async #run(): Promise<void> {
    while (!this.#ending) {
      if (this.#waiting.size > 0) await this.#poll();
      await sleep(PAUSE_MS);
    }
  }

  async #poll(): Promise<void> {
    const { rows } = await this.client.query<{ contact_id: Uuid; count: string }>({
      name: 'visible',
      text: this.look.text,
      values: [this.look.workspaceId, [...this.#waiting.keys()]],
    });
    const at = performance.now();
    for (const { contact_id, count } of rows) {
      const waiting = this.#waiting.get(contact_id) ?? [];
      for (const one of waiting) if (one.count <= Number(count)) one.seen(at);
      const left = waiting.filter((one) => one.count > Number(count));
      if (left.length > 0) this.#waiting.set(contact_id, left);
      else this.#waiting.delete(contact_id);
    }
  }
}
