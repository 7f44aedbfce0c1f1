/**
 * What ingest is measured against: the same HTTP server, the same signature check, and an append of as many records of the same size
 * through the same log, with nothing between. It does not read the body: what it appends was made beforehand.
 */
import { createPublicKey, randomUUID, verify } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Appendable } from '#contracts/record.js';
import { EVENTS_HEADER, KEY_HEADER } from '../http/requests.js';

export interface Bare {
  /** Base64 SPKI DER of the source's key. */
  readonly publicKey: string;
  /** Records of one request, by the number of its events; each request appends copies under new ids. */
  readonly records: ReadonlyMap<number, readonly Appendable[]>;
  append(records: readonly Appendable[]): Promise<unknown>;
}

/** Listens on a free port; answers the server and its address. */
export async function bareServer({
  publicKey,
  records,
  append,
}: Bare): Promise<{ server: FastifyInstance; url: string }> {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  const server = Fastify({ forceCloseConnections: 'idle', bodyLimit: 10 * 1024 * 1024 });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.post('/ingest/:path', async ({ headers, body }, reply) => {
    const signature = Buffer.from(String(headers['x-twilio-email-event-webhook-signature']), 'base64');
    const timestamp = String(headers['x-twilio-email-event-webhook-timestamp']);
    const signed = Buffer.concat([Buffer.from(timestamp), body as Buffer]);
    if (!verify('sha256', signed, key, signature)) return reply.code(401).send();
    const made = records.get(Number(headers[EVENTS_HEADER]));
    if (made === undefined) return reply.code(400).send();
    const at = Date.now();
    const to = headers[KEY_HEADER];
    await append(
      made.map((record) => ({ ...record, id: randomUUID(), key: typeof to === 'string' ? to : randomUUID(), at })),
    );
    return reply.code(200).type('application/json').send('{"stored":true}');
  });
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  return { server, url };
}
