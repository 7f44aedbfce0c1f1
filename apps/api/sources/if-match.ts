/** The header `If-Match`: the version that a change expects; two people editing one thing do not overwrite each other. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Problem } from '#platform/http/problem.js';
import { invalid } from '#platform/http/validation.js';

/** The version, or null without the header or with `*`. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): number | null => {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
  if (header === undefined || header === '*') return null;
  const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header)?.[1];
  if (version !== undefined) return Number(version);
  throw invalid('header', [{ field: 'header.if-match', problem: 'Expected the version that was read, e.g. "3"' }]);
});

/** What was read, by its ETag, or null without the header or with `*`: of a thing that has no version but what is in it. */
export const IfMatchTag = createParamDecorator((_: unknown, context: ExecutionContext): string | null => {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
  if (header === undefined || header === '*') return null;
  const tag = /^(?:W\/)?"([\x21\x23-\x7e]{1,100})"$/.exec(header)?.[1];
  if (tag !== undefined) return tag;
  throw invalid('header', [{ field: 'header.if-match', problem: 'Expected the ETag that was read, quotes included' }]);
});

/** Like IfMatch, of a thing that may be new: without the header it must be (`none`); `*` is whatever there is. */
export const IfMatchExpected = createParamDecorator(
  (_: unknown, context: ExecutionContext): number | 'any' | 'none' => {
    const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
    if (header === undefined) return 'none';
    if (header === '*') return 'any';
    const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header)?.[1];
    if (version !== undefined) return Number(version);
    throw invalid('header', [{ field: 'header.if-match', problem: 'Expected the ETag that was read, e.g. "3", or *' }]);
  },
);

/** Shows the header in the OpenAPI document. */
export function Conditional() {
  return ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The version that was read; another one is answered 412.',
    schema: { type: 'string' },
  });
}

/** The 412 of a change that expected another version. */
export function stale(what: string): Problem {
  return new Problem(
    412,
    'Precondition failed',
    `${what} was changed since you read it. Read it again, then decide again.`,
  );
}
