/** Lets the connections of a closing server end. */
import type { Server } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** How often connections that have become idle are looked for. */
const LOOK_MS = 50;

/** How long requests under way may take to end: Docker kills a process ten seconds after it was asked to stop. */
const PATIENCE_MS = 8_000;

/**
 * Closing a server ends the connections that are idle at that moment; one whose answer is still under way would be kept alive after it for
 * as long as the sender likes (72 s by default) and hold the process. So idle ones are ended until none is left, and after eight seconds
 * those that are busy still.
 */
export function drainConnections(fastify: FastifyInstance, patienceMs = PATIENCE_MS): void {
  let looking: NodeJS.Timeout | undefined;
  let losingPatience: NodeJS.Timeout | undefined;
  fastify.addHook('preClose', async () => {
    const server = fastify.server as Server;
    looking = setInterval(() => server.closeIdleConnections(), LOOK_MS);
    losingPatience = setTimeout(() => server.closeAllConnections(), patienceMs);
  });
  fastify.addHook('onClose', async () => {
    clearInterval(looking);
    clearTimeout(losingPatience);
  });
}
