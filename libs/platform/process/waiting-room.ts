/** While what a service stands on is away it is alive and not ready, and says why; providers are told to send again. */
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { TlsFiles } from './http-server.js';

export interface WaitingRoom {
  /** Why the service has not started yet: shown by readiness. */
  because(reason: string): void;
  close(): Promise<void>;
}

const RETRY_AFTER_S = '5';

/**
 * Which provider a source is of is not known yet. 429 is the one refusal after which Brevo and CloudEvents send again, and all others do
 * too but these, which are known by a header: SNS gives up on 4xx, Customer.io rests for an hour.
 */
const NEVER_429 = ['x-amz-sns-message-type', 'x-cio-signature'];

const refusalOf = (path: string, headers: IncomingHttpHeaders): 429 | 503 =>
  path.startsWith('/ingest/') && !NEVER_429.some((name) => name in headers) ? 429 : 503;

/** Serves `/health/live` and `/health/ready` on the port until it is closed; everything else is answered 503, webhooks mostly 429. */
export async function openWaitingRoom(port: number, host: string, tls: TlsFiles | null = null): Promise<WaitingRoom> {
  let reason = 'It is starting.';
  const say: RequestListener = ({ url = '/', headers }, response) => {
    const path = url.split('?')[0] ?? '/';
    if (path === '/health/live') return answer(response, 200, 'application/json', { status: 'live' });
    if (path === '/health/ready') {
      const checks = [{ part: 'start', ok: false, reasons: [reason] }];
      return answer(response, 503, 'application/json', { status: 'not ready', checks });
    }
    const title = 'Not available for now';
    const status = refusalOf(path, headers);
    const problem = { type: 'about:blank', title, status, detail: 'The service is starting.' };
    return answer(response, status, 'application/problem+json', problem);
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
  response.writeHead(status, status >= 400 ? { ...headers, 'retry-after': RETRY_AFTER_S } : headers);
  response.end(JSON.stringify(body));
}
