/** A way to a server that breaks at a chosen moment: as if the server were killed just then, and back a little later. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export class BreakingProxy {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #requests = 0;
  #breaksAt = Number.POSITIVE_INFINITY;
  #refusals = 0;

  private constructor(private readonly target: URL) {
    this.#server = createServer((client) => this.#join(client));
  }

  /** To the host and port of `url`, on a port of its own. */
  static async to(url: string): Promise<BreakingProxy> {
    const proxy = new BreakingProxy(new URL(url));
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The same address by way of this. */
  get url(): string {
    const { port } = this.#server.address() as { port: number };
    return Object.assign(new URL(this.target), { hostname: '127.0.0.1', port: String(port) }).href;
  }

  /** At the nth message from now on every connection breaks, and the next `refusals` ones too. */
  breakAt(nth: number, refusals: number): void {
    this.#requests = 0;
    this.#breaksAt = nth;
    this.#refusals = refusals;
  }

  /** False while the moment has not come. */
  get broke(): boolean {
    return this.#requests >= this.#breaksAt;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#end();
    await closed;
  }

  #join(client: Socket): void {
    if (this.broke && this.#refusals > 0) {
      this.#refusals -= 1;
      client.on('error', () => undefined).destroy();
      return;
    }
    const server = connect(Number(this.target.port || 5432), this.target.hostname);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
    client.on('data', (message) => {
      this.#requests += 1;
      if (this.#requests === this.#breaksAt) this.#end();
      else server.write(message);
    });
    server.on('data', (message) => client.write(message));
  }

  #end(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
