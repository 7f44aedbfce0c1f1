/**
 * Tells other processes that something was appended, and hears it from them: NOTIFY after the commit, on a connection of its own,
 * at most 50 times a second (inside the transaction it costs more than half the throughput). Lost ones cost 200 ms, never a record.
 */
import pg from 'pg';
import { connectionConfig } from '../pool.js';
import { isWorldFault } from '../world.js';

const CHANNEL = 'afterclick_log';
const APART_MS = 20;
const RECONNECT_MS = 1_000;

export class Notifier {
  readonly #url: string;
  readonly #onNews: () => void;
  #client: pg.Client | null = null;
  #connecting: Promise<void> | null = null;
  #retry: NodeJS.Timeout | null = null;
  #due: NodeJS.Timeout | null = null;
  #sentAt = 0;
  /** One is under way: the client does not queue a second. */
  #sending = false;
  /** Something was appended while one was under way. */
  #again = false;
  #closed = false;

  /** `onNews` is called when another process appended. */
  constructor(url: string, onNews: () => void) {
    this.#url = url;
    this.#onNews = onNews;
  }

  /** Begins to listen; keeps trying while the database is away. */
  start(): this {
    this.#connecting = this.#connect();
    return this;
  }

  /** Says soon that something was appended. */
  tell(): void {
    if (this.#due !== null || this.#closed) return;
    if (this.#sending) {
      this.#again = true;
      return;
    }
    const wait = Math.max(this.#sentAt + APART_MS - Date.now(), 0);
    this.#due = setTimeout(() => {
      this.#due = null;
      void this.#send();
    }, wait);
  }

  /** Never rejects. */
  async #send(): Promise<void> {
    this.#sentAt = Date.now();
    this.#sending = true;
    try {
      await this.#client?.query(`notify ${CHANNEL}`);
    } catch (error) {
      this.#broken(error);
    } finally {
      this.#sending = false;
    }
    if (!this.#again) return;
    this.#again = false;
    this.tell();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#due !== null) clearTimeout(this.#due);
    if (this.#retry !== null) clearTimeout(this.#retry);
    await this.#connecting;
    const client = this.#client;
    this.#client = null;
    await client?.end();
  }

  async #connect(): Promise<void> {
    const client = new pg.Client(connectionConfig(this.#url, { role: 'notify' }));
    client.on('error', (error) => this.#broken(error));
    client.on('end', () => this.#broken(null));
    client.on('notification', ({ processId }) => {
      // Readers of this process were woken directly.
      if (!('processID' in client) || client.processID !== processId) this.#onNews();
    });
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      this.#client = client;
      this.#onNews();
    } catch (error) {
      this.#broken(error);
    }
  }

  #broken(error: unknown): void {
    this.#client = null;
    if (this.#closed || this.#retry !== null) return;
    if (error !== null && !isWorldFault(error)) throw error;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#connecting = this.#connect();
    }, RECONNECT_MS);
    this.#retry.unref();
  }
}
