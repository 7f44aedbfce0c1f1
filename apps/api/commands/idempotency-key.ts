/** The header `Idempotency-Key`: sent by the client so that a repeat counts once. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { invalid } from '#platform/http/validation.js';

const LONGEST = 255;

/** The key, or undefined; an empty, repeated or overlong one is refused. */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext): string | undefined => {
  return idempotencyKeyOf(context.switchToHttp().getRequest<FastifyRequest>());
});

/** The key of a request, or undefined; throws a 400 Problem. */
export function idempotencyKeyOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && key !== '' && key.length <= LONGEST) return key;
  throw invalid('header', [{ field: 'header.idempotency-key', problem: `Expected 1 to ${LONGEST} characters` }]);
}

/** As the OpenAPI document shows it, on every write. */
export const IDEMPOTENCY_HEADER = {
  name: 'Idempotency-Key',
  in: 'header' as const,
  required: false,
  description:
    'Your own name of this request: sent again under the same key within a day, it counts once and is given the same answer; another request under the same key is answered 422.',
  schema: { type: 'string' as const, maxLength: LONGEST },
};
