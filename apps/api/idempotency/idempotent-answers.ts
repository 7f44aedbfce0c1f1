/**
 * The header `Idempotency-Key` on every request under `/v1` that writes (draft-ietf-httpapi-idempotency-key-header): the same request
 * again is given the answer it had; another one under the same key is refused. Beside it the ids of commands come from the key, so that
 * a repeat counts once even where no answer was kept.
 */
import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catchError, from, mergeMap, type Observable, of, throwError } from 'rxjs';
import type { Pool } from '#adapters/postgres/pool.js';
import {
  claimKey,
  type EarlierRequest,
  type IdempotentRequest,
  releaseKey,
  rememberAnswer,
} from '#adapters/postgres/registry/idempotent-requests.js';
import { keyedId } from '#contracts/ids.js';
import type { Json } from '#contracts/json.js';
import type { WorkspaceKeys } from '#engine/sealing/sealing.js';
import type { Caller } from '#platform/auth/api-key.js';
import { Problem, problemOf } from '#platform/http/problem.js';
import { idempotencyKeyOf } from '../commands/idempotency-key.js';
import { CLOCK, POOL, WORKSPACE_KEYS } from '../dependencies.js';

/** What is kept, sealed. `headers`: those a client goes on with. */
interface Kept {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Json;
}

const WRITES: readonly string[] = ['POST', 'PUT', 'PATCH', 'DELETE'];
const KEPT_HEADERS = ['location', 'etag'];
/** Refusals that are an outcome; others say that nothing was carried out, and leave the key free. */
const KEPT_REFUSALS: readonly number[] = [404, 409, 410, 412, 422];

@Injectable()
export class IdempotentAnswers implements NestInterceptor {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(WORKSPACE_KEYS) private readonly keys: WorkspaceKeys,
    @Inject(CLOCK) private readonly clock: () => number,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & { caller?: Caller }>();
    const { caller, method, body } = request;
    const key = caller === undefined || !WRITES.includes(method) ? undefined : idempotencyKeyOf(request);
    // The bytes of a file are no part of what a key stands for: an import has an id of its own.
    if (key === undefined || caller === undefined || !isJson(body)) return next.handle();
    const { workspaceId } = caller;
    const secret = await this.keys.secret(workspaceId);
    const asked = [method, request.url, JSON.stringify(body ?? null), request.headers['if-match']?.toString() ?? ''];
    const mine: IdempotentRequest = {
      workspaceId,
      keyId: keyedId(secret, 'idempotency key', key),
      fingerprint: keyedId(secret, 'idempotent request', ...asked),
      startedAt: this.clock(),
    };
    const earlier = await claimKey(this.pool, mine);
    const reply = http.getResponse<FastifyReply>();
    if (earlier !== null) return of(await this.#again(mine, earlier, reply));
    return next.handle().pipe(
      mergeMap((answer) => from(this.#answered(mine, reply, answer))),
      catchError((error: unknown) => from(this.#failed(mine, error)).pipe(mergeMap(() => throwError(() => error)))),
    );
  }

  async #again(mine: IdempotentRequest, earlier: EarlierRequest, reply: FastifyReply): Promise<unknown> {
    if (earlier.fingerprint !== mine.fingerprint)
      throw new Problem(
        422,
        'Key used before',
        'This Idempotency-Key came with another request within the last day. Choose a new key for a new request.',
      );
    if (earlier.sealed === null)
      throw new Problem(409, 'Being answered', 'The same request is being answered now. Send it again in a second.', {
        headers: { 'retry-after': '1' },
      });
    const { workspaceId, keyId } = mine;
    const key = await this.keys.daily(workspaceId, earlier.startedAt, 'deliveries');
    const { status, headers, body } = key.open(earlier.sealed, placeOf(keyId)) as unknown as Kept;
    void reply.header('idempotent-replayed', 'true');
    if (status >= 400) {
      const { title, detail, errors } = body as unknown as { title: string; detail: string; errors?: [] };
      throw new Problem(status, title, detail, errors === undefined ? {} : { errors });
    }
    void reply.code(status).headers(headers);
    return body;
  }

  /** 202 is no outcome yet: the same request again asks what became of it. */
  async #answered(mine: IdempotentRequest, reply: FastifyReply, answer: unknown): Promise<unknown> {
    const status = reply.statusCode;
    if (status === 202) {
      await releaseKey(this.pool, mine);
      return answer;
    }
    const sent = KEPT_HEADERS.flatMap((name) => {
      const value = reply.getHeader(name);
      return value === undefined ? [] : [[name, String(value)] as const];
    });
    await this.#keep(mine, { status, headers: Object.fromEntries(sent), body: (answer ?? null) as Json });
    return answer;
  }

  async #failed(mine: IdempotentRequest, error: unknown): Promise<void> {
    const problem = problemOf(error);
    if (KEPT_REFUSALS.includes(problem.status))
      await this.#keep(mine, { status: problem.status, headers: {}, body: problem as unknown as Json });
    else await releaseKey(this.pool, mine);
  }

  async #keep(mine: IdempotentRequest, kept: Kept): Promise<void> {
    const { workspaceId, keyId, startedAt } = mine;
    const key = await this.keys.daily(workspaceId, startedAt, 'deliveries');
    await rememberAnswer(this.pool, mine, key.seal(kept as unknown as Json, placeOf(keyId)));
  }
}

const placeOf = (keyId: string): string => `idempotent request ${keyId}`;

function isJson(body: unknown): boolean {
  if (body === undefined || body === null || typeof body !== 'object') return body === undefined || body === null;
  return Array.isArray(body) || Object.getPrototypeOf(body) === Object.prototype;
}
