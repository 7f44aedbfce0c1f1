/** A receiver of outgoing webhooks: checks the Standard Webhooks signature by itself, writes down what came, and is now and then away. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that was answered 2xx, in the order of answering. */
export interface Received {
  /** `webhook-id`: the same on every repeat. */
  readonly id: string;
  readonly title: string;
  readonly body: string;
}

export interface TargetOptions {
  /** `whsec_` and base64. */
  readonly secret: string;
  /** The answer to the first try of a message; its later ones are always taken. Default: 204. */
  readonly first?: (id: string) => number;
}

export class RecordingTarget {
  readonly received: Received[] = [];
  /** Requests with a wrong signature or an unreadable body. */
  refused = 0;
  readonly #tried = new Set<string>();
  readonly #server: Server;

  private constructor(private readonly options: TargetOptions) {
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  /** Listens on a free loopback port. */
  static async start(options: TargetOptions): Promise<RecordingTarget> {
    const target = new RecordingTarget(options);
    await new Promise<void>((resolve, reject) => {
      target.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return target;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // The sender died in mid-request: it was not received.
      return;
    }
    response.writeHead(this.#answer(request, Buffer.concat(chunks).toString())).end();
  }

  #answer(request: IncomingMessage, body: string): number {
    const id = String(request.headers['webhook-id'] ?? '');
    const title = titleOf(body);
    if (title === null || !this.#genuine(request, id, body)) {
      this.refused += 1;
      return 400;
    }
    const status = this.#tried.has(id) ? 204 : (this.options.first?.(id) ?? 204);
    this.#tried.add(id);
    if (status < 300) this.received.push({ id, title, body });
    return status;
  }

  #genuine(request: IncomingMessage, id: string, body: string): boolean {
    const key = Buffer.from(this.options.secret.replace(/^whsec_/, ''), 'base64');
    const text = `${id}.${String(request.headers['webhook-timestamp'] ?? '')}.${body}`;
    const right = Buffer.from(`v1,${createHmac('sha256', key).update(text).digest('base64')}`);
    const given = Buffer.from(String(request.headers['webhook-signature'] ?? ''));
    return given.length === right.length && timingSafeEqual(given, right);
  }
}

function titleOf(body: string): string | null {
  try {
    const { data } = JSON.parse(body) as { data?: { title?: unknown } };
    return typeof data?.title === 'string' ? data.title : null;
  } catch {
    return null;
  }
}
