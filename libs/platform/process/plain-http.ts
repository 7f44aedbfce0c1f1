/** Where TLS is ended by a trusted proxy, whoever comes past it in clear is refused. */
import type { FastifyInstance } from 'fastify';
import { isLoopback } from './http-server.js';

/** Of no use to anybody: so the probes of a container may ask in clear. */
const HARMLESS = '/health/';

/** 426 and not 403: no provider takes it for a word to stop. */
const UPGRADE_REQUIRED = 426;

/** In clear come: this machine, trusted proxies (for requests that reached them by TLS), nobody else. */
export function refusePlainHttp(server: FastifyInstance, isTrusted: (address: string) => boolean): void {
  server.addHook('onRequest', (request, reply, next) => {
    const peer = request.socket.remoteAddress ?? '';
    const isFromProxy = isTrusted(peer);
    const isInClear = isFromProxy
      ? forwardedProtocol(request.headers['x-forwarded-proto']) === 'http'
      : !isLoopback(peer);
    if (!isInClear || request.url.startsWith(HARMLESS)) return next();
    const detail =
      'This server takes requests by https only: in clear, keys and personal data could be read on the way.';
    const problem = { type: 'about:blank', title: 'Use https', status: UPGRADE_REQUIRED, detail };
    void reply
      .code(UPGRADE_REQUIRED)
      .headers({ upgrade: 'TLS/1.2, HTTP/1.1', connection: 'upgrade', 'content-type': 'application/problem+json' })
      .send(JSON.stringify(problem));
  });
}

/** As the nearest proxy saw it. */
function forwardedProtocol(header: string | string[] | undefined): string | undefined {
  const last = Array.isArray(header) ? header.at(-1) : header;
  return last?.split(',').at(-1)?.trim().toLowerCase();
}
