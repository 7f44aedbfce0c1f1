/** The header `Idempotency-Key`: sent by the client so that a repeat counts once. */
import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { invalid } from '#platform/http/validation.js';

const LONGEST = 255;

/** The key, or undefined; an empty, repeated or overlong one is refused. */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext): string | undefined => {
  const key = context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && key !== '' && key.length <= LONGEST) return key;
  throw invalid('header', [{ field: 'header.idempotency-key', problem: `Expected 1 to ${LONGEST} characters` }]);
});

/** Shows the header in the OpenAPI document. */
export function Repeatable() {
  return applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'Your own name of this request: sent again under the same key, it counts once.',
      schema: { type: 'string', maxLength: LONGEST },
    }),
  );
}
