/** While what a service stands on is away it is alive and not ready, and says why; providers are told to send again. */
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { TlsFiles } from './http-server.js';

export interface WaitingRoom {
  /** Why the service has not started yet: shown by readiness. */
  because(reason: string): void;
  close(): Promise<void>;
}

const RETRY_AFTER_S = '5';

/** Serves `/health/live` and `/health/ready` on the port until it is closed; everything else is answered 503. */
export async function openWaitingRoom(port: number, host: string, tls: TlsFiles | null = null): Promise<WaitingRoom> {
  let reason = 'It is starting.';
  const say: RequestListener = ({ url = '/' }, response) => {
    const path = url.split('?')[0];
    if (path === '/health/live') return answer(response, 200, 'application/json', { status: 'live' });
    if (path === '/health/ready') {
      const checks = [{ part: 'start', ok: false, reasons: [reason] }];
      return answer(response, 503, 'application/json', { status: 'not ready', checks });
    }
    const title = 'Not available for now';
    const problem = { type: 'about:blank', title, status: 503, detail: 'The service is starting.' };
    return answer(response, 503, 'application/problem+json', problem);
  };
  const server = tls === null ? createServer(say) : createTlsServer(tls, say);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  return {
    because: (text) => {
      reason = text;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, status: number, type: string, body: object): void {
  const headers = { 'content-type': type, 'cache-control': 'no-store', connection: 'close' };
  response.writeHead(status, status === 503 ? { ...headers, 'retry-after': RETRY_AFTER_S } : headers);
  response.end(JSON.stringify(body));
}
