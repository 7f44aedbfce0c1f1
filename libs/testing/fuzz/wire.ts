/** One request as bytes on a connection of its own, for HTTP that no client would write. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Written one after the other, with a pause before each but the first. */
export interface Wire {
  readonly parts: readonly Buffer[];
  readonly pauseMs: number;
}

/** The status of the first answer; `closed` when the server closes without one, `silent` when nothing comes in time. */
export type Heard = number | 'closed' | 'silent';

export function say(url: string, { parts, pauseMs }: Wire, patienceMs: number): Promise<Heard> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const patience = setTimeout(() => end('silent'), patienceMs);
    let text = '';
    const end = (heard: Heard) => {
      clearTimeout(patience);
      socket.destroy();
      resolve(heard);
    };
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const status = /^HTTP\/1\.1 (\d{3}) [^\r]*\r\n/.exec(text)?.[1];
      if (status !== undefined) end(Number(status));
    });
    // A server that refuses in the middle resets the connection: that is an end like another.
    socket.on('error', () => undefined);
    socket.on('close', () => end('closed'));
    socket.on('connect', async () => {
      for (const [n, part] of parts.entries()) {
        if (n > 0) await sleep(pauseMs);
        if (socket.destroyed) return;
        socket.write(part);
      }
    });
  });
}
