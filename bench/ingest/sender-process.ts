/** The sender of `ingest`, a process of its own: a fixed number of connections, each with one request under way all the time. */
import { performance } from 'node:perf_hooks';
import { Connection } from '../http/connection.js';
import { type Target, writerFor } from '../http/requests.js';
import { firstOf } from '../load/campaign.js';
import { serve } from '../world/child.js';

export interface Sending {
  readonly target: Target;
  readonly seed: number;
  readonly requests: number;
  /** Events of a request. */
  readonly events: number;
  readonly connections: number;
}

let prepared: readonly Buffer[] = [];
let sending: Sending | null = null;

serve(
  {
    /** Writes and signs all requests. They are good for five minutes. */
    prepare(wish: Sending): void {
      const { target, seed, requests, events } = wish;
      const write = writerFor(target);
      const sent = firstOf(seed, Date.now(), requests * events).map(({ event }) => event);
      prepared = Array.from({ length: requests }, (_, n) => write(sent.slice(n * events, (n + 1) * events)));
      sending = wish;
    },
    /** Sends them all; answers the seconds it took. Rejects when one is not answered 200. */
    async send(): Promise<number> {
      if (sending === null) throw new Error('nothing is prepared');
      const { url } = sending.target;
      const connections = await Promise.all(Array.from({ length: sending.connections }, () => Connection.open(url)));
      let next = 0;
      const began = performance.now();
      await Promise.all(
        connections.map(async (connection) => {
          while (next < prepared.length) {
            const request = prepared[next] as Buffer;
            next += 1;
            const status = await connection.send(request);
            if (status !== 200) throw new Error(`a request was answered ${status}`);
          }
        }),
      );
      const seconds = (performance.now() - began) / 1000;
      for (const connection of connections) connection.close();
      return seconds;
    },
  },
  async () => undefined,
);
