/** Lets a request through when its API key has the scope that the handler names. A handler without a scope is refused. */
import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problem.js';
import { type ApiKeyDirectory, allows, apiKeyOf, type Caller, hashApiKey, type Scope } from './api-key.js';

const SCOPE = 'afterclick:scope';

/** The scope a handler needs. */
export const Needs = (scope: Scope) => SetMetadata(SCOPE, scope);

/** The scope that a handler, else its class, names. Throws where neither does. */
export function scopeOf(reflector: Reflector, context: ExecutionContext): Scope {
  const places = [context.getHandler(), context.getClass()];
  const scope = reflector.getAllAndOverride<Scope | undefined>(SCOPE, places);
  if (!scope) throw new Error(`${context.getClass().name}.${context.getHandler().name} names no scope`);
  return scope;
}

type Authenticated = FastifyRequest & { caller?: Caller };

/** The caller, in a handler behind ApiKeyGuard. */
export const FromCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const caller = context.switchToHttp().getRequest<Authenticated>().caller;
  if (!caller) throw new Error('FromCaller stands on a handler that ApiKeyGuard does not guard');
  return caller;
});

export const API_KEYS = Symbol('ApiKeyDirectory');

@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    @Inject(API_KEYS) private readonly keys: ApiKeyDirectory,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Authenticated>();
    const scope = scopeOf(this.reflector, context);
    const key = apiKeyOf(request.headers);
    const caller = key === null ? null : await this.keys.find(hashApiKey(key));
    if (!caller)
      throw new Problem(
        401,
        'Not authenticated',
        key === null
          ? 'Send an API key as "Authorization: Bearer ack_…". `afterclick keys create` makes one.'
          : 'This API key is unknown, expired or revoked. `afterclick keys list` shows the ones in force.',
        { headers: { 'www-authenticate': 'Bearer realm="afterclick"' } },
      );
    if (!allows(caller, scope))
      throw new Problem(403, 'Not allowed', `This needs the scope ${scope}; the key has ${caller.scopes.join(', ')}.`);
    request.caller = caller;
    return true;
  }
}
