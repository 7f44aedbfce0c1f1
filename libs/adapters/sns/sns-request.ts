/** A GET to Amazon SNS: bounded in time and size, no redirects. The host is proven by TLS, so a wrong name server gains nothing. */
import { Agent, get } from 'node:https';

export interface SnsRequestOptions {
  /** Milliseconds from the look-up of the name to the last byte; default 5,000. */
  readonly timeoutMs?: number;
  /** Bytes of the answer; default 64 KiB. */
  readonly maxBytes?: number;
  /** Connections; default: a plain agent that trusts the system's authorities. */
  readonly agent?: Agent;
}

export class SnsRequestError extends Error {
  override readonly name = 'SnsRequestError';
}

const PLAIN = new Agent({ keepAlive: false, maxSockets: 8 });

/** The body of a 2xx answer. Rejects with SnsRequestError, or with the error of the connection, on anything else. */
export function snsRequest(url: string, options: SnsRequestOptions = {}): Promise<Buffer> {
  const { timeoutMs = 5_000, maxBytes = 65_536, agent = PLAIN } = options;
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const request = get(url, { agent, signal, headers: { accept: '*/*' } }, (response) => {
      const status = response.statusCode ?? 0;
      const refuse = (why: string): void => {
        request.destroy();
        reject(new SnsRequestError(`${new URL(url).hostname} ${why}`));
      };
      if (status < 200 || status > 299) return refuse(`answered ${status}`);
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > maxBytes) refuse(`sent more than ${maxBytes} bytes`);
        else chunks.push(chunk);
      });
      response.on('end', () => resolve(Buffer.concat(chunks, length)));
      response.on('error', reject);
    });
    request.on('error', (error) => {
      reject(signal.aborted ? new SnsRequestError(`${new URL(url).hostname} took more than ${timeoutMs} ms`) : error);
    });
  });
}
