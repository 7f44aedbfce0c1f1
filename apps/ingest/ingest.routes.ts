/** `/ingest/:path` on a Fastify context of its own: raw bytes of any content type in, problem details out. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ProviderRequest } from '#contracts/provider.js';
import type { Admission } from '#engine/ingest/admission.js';
import { type Answer, problem } from '#engine/ingest/answer.js';
import type { Ingest } from '#engine/ingest/ingest.js';
import { ACCEPTED_ENCODINGS, BodyError, type BodyLimits, readBody, unpackBody } from '#platform/http/raw-body.js';

declare module 'fastify' {
  interface FastifyRequest {
    admission: Extract<Admission, { readonly open: true }> | null;
    /** The content type as sent. */
    sentType: string | undefined;
  }
}

type Request = FastifyRequest<{ Params: { path: string } }>;

export interface IngestHttp extends BodyLimits {
  /** Address under which providers reach this server, where it is not the one it sees itself: some schemes sign it. */
  readonly publicUrl?: string | null;
}

/** A plugin for `register(…, { prefix: '/ingest' })`: what it sets holds for these routes only. */
export function ingestRoutes(ingest: Ingest, http: IngestHttp) {
  return (context: FastifyInstance, _: unknown, done: () => void): void => {
    context.decorateRequest('admission', null);
    context.decorateRequest('sentType', undefined);
    context.removeAllContentTypeParsers();
    context.addContentTypeParser('*', (request: FastifyRequest, payload: FastifyRequest['raw']) =>
      bodyOf(request, payload, http),
    );
    context.setErrorHandler((error, request, reply) => send(reply, answerTo(ingest, error, request)));
    context.route({
      // Also those that no provider uses: they are answered under the same limits.
      method: ['POST', 'GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'],
      url: '/:path',
      exposeHeadRoute: false,
      onRequest: (request, reply, next) => {
        const admit = (): void => {
          // Whoever broke off meanwhile takes no room that nobody would leave again.
          if (!reply.raw.closed && admitted(ingest, request as Request, reply, http)) next();
        };
        const met = ingest.meet((request as Request).params.path);
        if (met === undefined) admit();
        else void met.then(admit);
      },
      handler: async (request, reply) => {
        if (request.admission === null) return reply;
        return send(reply, await ingest.receive(request.admission, asProviderRequest(request, http.publicUrl)));
      },
    });
    done();
  };
}

/** A path that takes nothing is answered before its body is read. */
function admitted(ingest: Ingest, request: Request, reply: FastifyReply, { maxBytes }: IngestHttp): boolean {
  // More than the limit is refused for its size, not for want of room.
  const declaredBytes = Math.min(Number(request.headers['content-length'] ?? 0), maxBytes);
  const admission = ingest.admit(request.params.path, { address: request.ip, declaredBytes });
  if (!admission.open) {
    void send(reply, admission.answer);
    return false;
  }
  request.admission = admission;
  reply.raw.once('close', () => admission.stay.leave());
  // Fastify refuses a content type that it cannot parse; a provider's is none of its business.
  request.sentType = request.headers['content-type'];
  if (request.sentType !== undefined) request.headers['content-type'] = 'application/octet-stream';
  return true;
}

async function bodyOf(request: FastifyRequest, payload: FastifyRequest['raw'], limits: BodyLimits): Promise<Buffer> {
  const { admission } = request;
  const maxBytes = Math.min(limits.maxBytes, admission?.source.policy?.maxBodyBytes ?? limits.maxBytes);
  const grow = (bytes: number): boolean => admission?.stay.grow(bytes) ?? true;
  const body = await readBody(payload, request.headers['content-length'], { ...limits, maxBytes, grow });
  return unpackBody(body, request.headers['content-encoding'], { maxBytes, grow });
}

function asProviderRequest(request: FastifyRequest, publicUrl: string | null | undefined): ProviderRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ');
  if (request.sentType !== undefined) headers['content-type'] = request.sentType;
  const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
  const base = publicUrl?.replace(/\/+$/, '') ?? `${request.protocol}://${request.headers.host ?? ''}`;
  const url = base + (request.raw.url ?? '');
  return { method: request.method, url, headers, body };
}

function answerTo(ingest: Ingest, error: unknown, request: FastifyRequest): Answer {
  const { admission } = request;
  if (error instanceof BodyError) {
    if (admission && error.kind === 'busy') return ingest.noRoom(admission);
    if (admission) ingest.refused(admission.source, error.kind);
    // Some send again after one status only: a bad line must not lose an event.
    const patient = error.kind === 'slow' ? admission?.provider.slowStatus : undefined;
    if (patient !== undefined) return problem(patient, TITLES[408], error.message, { 'retry-after': '10' });
    const headers = error.status === 415 ? { 'accept-encoding': ACCEPTED_ENCODINGS } : undefined;
    return problem(error.status, TITLES[error.status], error.message, headers);
  }
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  if (typeof status === 'number' && status >= 400 && status < 500)
    return problem(status, 'Bad request', 'The request is not well-formed HTTP.');
  return ingest.failed(admission, error);
}

const TITLES = {
  400: 'Bad request',
  408: 'Request too slow',
  413: 'Body too large',
  415: 'Unsupported content encoding',
  503: 'Busy',
} as const;

function send(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  return reply
    .code(status)
    .headers(headers)
    .send(body ?? undefined);
}
