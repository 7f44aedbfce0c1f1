/** Lets a signed-in visitor through whose key has the scope the page names; forms must carry the session's token. */
import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { scopeOf } from '#platform/auth/api-key.guard.js';
import { allows } from '#platform/auth/api-key.js';
import { Problem } from '#platform/http/problem.js';
import { carriesToken, Sessions, type Visitor } from './session.js';

type Visited = FastifyRequest & { visitor?: Visitor };

/** There is no session: the visitor is sent to sign in, and comes back to `to`. */
export class SignInNeeded extends Error {
  override readonly name = 'SignInNeeded';
  constructor(readonly to: string) {
    super('sign-in needed');
  }
}

const ANY_SCOPE = 'afterclick:any-scope';

/** A handler that any session may use, whatever its key's scopes. */
export const AnyScope = () => SetMetadata(ANY_SCOPE, true);

/** The visitor, in a handler behind PageGuard. */
export const FromVisitor = createParamDecorator((_: unknown, context: ExecutionContext): Visitor => {
  const { visitor } = context.switchToHttp().getRequest<Visited>();
  if (!visitor) throw new Error('FromVisitor stands on a handler that PageGuard does not guard');
  return visitor;
});

/** True when a script asks for the living part of a page only. */
export const AsksFragment = createParamDecorator((_: unknown, context: ExecutionContext): boolean => {
  return context.switchToHttp().getRequest<FastifyRequest>().headers['x-fragment'] !== undefined;
});

@Injectable()
export class PageGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: Sessions,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Visited>();
    const visitor = await this.sessions.visitor(request.headers.cookie);
    const asks = request.method === 'GET' || request.method === 'HEAD';
    if (visitor === null) throw new SignInNeeded(asks ? request.url : '/');
    const body = request.body as { _csrf?: unknown } | undefined;
    if (!asks && !carriesToken(visitor, body?._csrf))
      throw new Problem(403, 'Not allowed', 'This form is from another session. Reload the page and try again.');
    request.visitor = visitor;
    if (this.reflector.get<boolean | undefined>(ANY_SCOPE, context.getHandler())) return true;
    const scope = scopeOf(this.reflector, context);
    if (!allows(visitor.caller, scope))
      throw new Problem(403, 'Not allowed', `This page needs a key with the scope ${scope}.`);
    return true;
  }
}
