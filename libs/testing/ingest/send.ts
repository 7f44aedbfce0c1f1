/** A request over HTTP with exactly these headers and bytes: `fetch` adds and forbids some of its own. */
import { request } from 'node:http';

export interface Sent {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Set by the connection, not by the recording. */
const OF_THE_CONNECTION = new Set(['host', 'connection', 'content-length', 'transfer-encoding']);

export function send(url: string, { method, headers, body }: Sent): Promise<Got> {
  const kept = Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.has(name.toLowerCase()));
  const length = body.length > 0 || method === 'POST' ? { 'content-length': String(body.length) } : {};
  return new Promise((resolve, reject) => {
    const sending = request(url, { method, headers: { ...Object.fromEntries(kept), ...length } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const got = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(got),
          body: Buffer.concat(chunks).toString(),
        });
      });
      response.on('error', reject);
    });
    sending.on('error', reject);
    sending.end(body);
  });
}
