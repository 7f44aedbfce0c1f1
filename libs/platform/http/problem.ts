/** Errors over HTTP as RFC 9457 problem details: what is wrong, where, and the cure; never a stack trace. */
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { WorldError } from '#engine/log/errors.js';

export interface FieldProblem {
  /** Where: `query.after`, `body[0].email`. */
  readonly field: string;
  readonly problem: string;
}

/** Thrown by handlers; becomes `application/problem+json`. */
export class Problem extends HttpException {
  constructor(
    status: number,
    readonly title: string,
    readonly detail: string,
    readonly extra: {
      readonly errors?: readonly FieldProblem[];
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(detail, status);
  }
}

interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly FieldProblem[];
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition failed',
  413: 'Body too large',
  415: 'Unsupported media type',
  429: 'Too many requests',
  503: 'Not available for now',
};

/** Status of an error of Nest or Fastify; 503 when the world is away, 500 when it says none. */
function statusOf(error: unknown): number {
  if (error instanceof WorldError) return 503;
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}

/** The problem a client sees for an error. A fault of ours says nothing of its inside. */
export function problemOf(error: unknown): ProblemBody {
  const status = statusOf(error);
  if (error instanceof Problem)
    return {
      type: 'about:blank',
      title: error.title,
      status,
      detail: error.detail,
      ...(error.extra.errors ? { errors: error.extra.errors } : {}),
    };
  const title = TITLES[status] ?? (status >= 500 ? 'Internal error' : 'Bad request');
  return { type: 'about:blank', title, status, detail: detailOf(status, error) };
}

function detailOf(status: number, error: unknown): string {
  if (status === 503) return 'The database or the log is away for now. Try again in a moment.';
  if (status === 404) return 'There is nothing at this address.';
  if (status >= 500) return 'Something failed on our side; the log of this process names it.';
  return (error as Error).message;
}

/** The one filter of every HTTP app. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const problem = problemOf(error);
    if (problem.status >= 500)
      this.logger.error({ err: error, method: request.method, route: request.routeOptions?.url }, 'request failed');
    if (reply.sent) return;
    if (problem.status === 503) reply.header('retry-after', '2');
    if (error instanceof Problem) reply.headers(error.extra.headers ?? {});
    void reply.code(problem.status).header('content-type', 'application/problem+json; charset=utf-8').send(problem);
  }
}
