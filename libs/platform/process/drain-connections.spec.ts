import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { fastify } from 'fastify';
import { drainConnections } from './drain-connections.js';

/** A server whose only answer waits for `release`. */
async function listening(patienceMs?: number) {
  const server = fastify({ forceCloseConnections: 'idle' });
  drainConnections(server, patienceMs);
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  server.get('/', async () => {
    reach();
    await released;
    return 'done';
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.server.address() as AddressInfo;
  const ask = (): Promise<IncomingMessage> => {
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      get({ port, host: '127.0.0.1' }, resolve).on('error', reject);
    });
    answer.catch(() => undefined);
    return answer;
  };
  return { server, port, ask, reached, release };
}

it('a connection that never asked anything does not hold a server that closes', async () => {
  const { server, port } = await listening(3_600_000);
  const silent = connect(port, '127.0.0.1');
  await once(server.server, 'connection');
  const ended = once(silent, 'close');
  await server.close();
  silent.destroy();
  await ended;
});

it('a request under way is answered first', async () => {
  const { server, ask, reached, release } = await listening();
  const answer = ask();
  await reached;
  const closed = server.close();
  release();
  expect((await answer).resume().statusCode).toBe(200);
  await closed;
});

it('an answer that never comes does not hold it either', async () => {
  const { server, ask, reached, release } = await listening(100);
  const answer = ask();
  await reached;
  await server.close();
  await expect(answer).rejects.toThrow('socket hang up');
  release();
});
