/** Lets the connections of a closing server end. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** How long a connection may still send the first request it was made for. */
const FIRST_REQUEST_MS = 250;

/** How long requests under way may take to end: Docker kills a process ten seconds after it was asked to stop. */
const PATIENCE_MS = 8_000;

/**
 * Closing a server ends its idle connections. Node counts one that has never asked anything (a client's pool opens such) as busy, for a
 * minute or more, and one whose request never ends for ever: the former are ended at once here, the latter after `patienceMs`.
 */
export function drainConnections(fastify: FastifyInstance, patienceMs = PATIENCE_MS): void {
  const server = fastify.server as Server;
  // By the sender's end: over TLS a request names another object than the connection did.
  const silent = new Map<string, Socket>();
  server.on('connection', (socket: Socket) => {
    const end = endOf(socket);
    silent.set(end, socket);
    socket.once('close', () => silent.delete(end));
  });
  server.on('request', ({ socket }) => silent.delete(endOf(socket)));
  const timers: NodeJS.Timeout[] = [];
  fastify.addHook('preClose', async () => {
    timers.push(setTimeout(() => silent.forEach((socket) => void socket.destroy()), FIRST_REQUEST_MS));
    timers.push(setTimeout(() => server.closeAllConnections(), patienceMs));
  });
  fastify.addHook('onClose', async () => timers.forEach(clearTimeout));
}

function endOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
