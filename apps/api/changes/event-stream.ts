/** One response of server-sent events: writes wait until the socket takes more, and a reader that takes nothing is let go. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A reader that takes nothing for this long. */
const STALLED_MS = 60_000;
const RETRY_MS = 2_000;

export class EventStream {
  readonly #gone = new AbortController();
  readonly #life: NodeJS.Timeout;

  /** `lifeMs`: it ends by itself after that. */
  constructor(
    request: IncomingMessage,
    private readonly response: ServerResponse,
    lifeMs: number,
  ) {
    const leave = () => this.#gone.abort();
    request.socket.setTimeout(0);
    response.on('close', leave).on('error', leave);
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.write(`retry: ${RETRY_MS}\n\n`);
    this.#life = setTimeout(leave, lifeMs);
    this.#life.unref();
  }

  /** Aborted when the reader has left or the stream is to end. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  get ended(): boolean {
    return this.#gone.signal.aborted;
  }

  /** Resolves once there is room for more. */
  event(name: string, id: string, data: unknown): Promise<void> {
    return this.#write(`event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  comment(text: string): Promise<void> {
    return this.#write(`: ${text}\n\n`);
  }

  end(): void {
    clearTimeout(this.#life);
    this.#gone.abort();
    if (!this.response.writableEnded) this.response.end();
  }

  async #write(text: string): Promise<void> {
    if (this.ended || this.response.write(text)) return;
    await new Promise<void>((resolve) => {
      const stalled = setTimeout(() => this.response.destroy(), STALLED_MS);
      const go = () => {
        clearTimeout(stalled);
        this.response.off('drain', go);
        this.gone.removeEventListener('abort', go);
        resolve();
      };
      this.response.on('drain', go);
      this.gone.addEventListener('abort', go);
    });
  }
}
