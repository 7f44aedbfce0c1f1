import { Agent, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { drainConnections } from './drain-connections.js';

const agent = new Agent({ keepAlive: true });

afterAll(() => agent.destroy());

/** A server whose only answer waits for `release`, and a request that has reached it. */
async function asked(patienceMs?: number) {
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
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    get({ port, host: '127.0.0.1', agent }, resolve).on('error', reject);
  });
  answer.catch(() => undefined);
  await reached;
  return { server, release, answer };
}

it('a connection that is kept alive after its last answer does not hold a server that closes', async () => {
  const { server, release, answer } = await asked();
  const closed = server.close();
  release();
  const got = await answer;
  got.resume();
  expect(got.statusCode).toBe(200);
  await closed;
});

it('an answer that never comes does not either', async () => {
  const { server, release, answer } = await asked(100);
  await server.close();
  await expect(answer).rejects.toThrow('socket hang up');
  release();
});
