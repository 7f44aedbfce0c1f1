/** What a handler answers, by the schemas that the OpenAPI document shows and a test holds every route to. */
import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { Needs } from '#platform/auth/api-key.guard.js';
import { type Scope } from '#platform/auth/api-key.js';
import { PROBLEM_SCHEMA } from './problem-schema.js';

interface Operation {
  /** One line: what it does. */
  readonly summary: string;
  readonly scope: Scope;
  /** Answer by status; null: no body. The first one is the status of a plain return; none where another decorator says it (CSV). */
  readonly answers: { readonly [status: number]: z.ZodType | null };
  /** Problems it has reasons of its own for, besides 400, 401, 403 and 503: status → when. */
  readonly problems?: { readonly [status: number]: string };
}

const COMMON: Readonly<Record<number, string>> = {
  400: 'The request is not as this address takes it; `errors` names each field.',
  401: 'No API key, or one that is unknown, expired or revoked.',
  403: 'The key lacks the scope.',
  503: 'The database or the log is away for now.',
};

function problem(status: string, description: string) {
  const content = { 'application/problem+json': { schema: PROBLEM_SCHEMA } };
  return ApiResponse({ status: Number(status), description, content });
}

/** Declares a handler: its scope, its summary, and every answer it gives. */
export function Operation({ summary, scope, answers, problems }: Operation) {
  const [status] = Object.keys(answers);
  return applyDecorators(
    Needs(scope),
    ...(status === undefined ? [] : [HttpCode(Number(status))]),
    ApiOperation({ summary, description: `Needs the scope \`${scope}\`.` }),
    ApiBearerAuth(),
    ...Object.entries(answers).map(([status, schema]) =>
      ApiResponse({
        status: Number(status),
        description: summary,
        ...(schema === null ? {} : { standardSchema: schema }),
      }),
    ),
    ...Object.entries({ ...COMMON, ...problems }).map(([status, when]) => problem(status, when)),
  );
}

/** A handler that answers CSV: 200, these columns. */
export function CsvAnswer(columns: string) {
  const content = { 'text/csv': { schema: { type: 'string' as const, description: `Columns: ${columns}.` } } };
  return applyDecorators(HttpCode(200), ApiResponse({ status: 200, description: 'CSV (RFC 4180), UTF-8.', content }));
}

interface EventStreamOperation extends Omit<Operation, 'answers'> {
  /** Component of the document that `data:` of each event is. */
  readonly data: string;
}

/** Declares a handler that answers with server-sent events. */
export function EventStreamOperation({ summary, scope, data, problems }: EventStreamOperation) {
  const content = { 'text/event-stream': { schema: { $ref: `#/components/schemas/${data}` } } };
  return applyDecorators(
    Needs(scope),
    ApiOperation({ summary, description: `Needs the scope \`${scope}\`.` }),
    ApiBearerAuth(),
    ApiResponse({ status: 200, description: summary, content }),
    ...Object.entries({ ...COMMON, ...problems }).map(([status, when]) => problem(status, when)),
  );
}

/** Answers a file of one of these types, as it is made: nothing of it is held. */
export function FileAnswer(...types: readonly string[]) {
  const content = Object.fromEntries(types.map((type) => [type, { schema: { type: 'string' as const } }]));
  return applyDecorators(HttpCode(200), ApiResponse({ status: 200, description: 'The file.', content }));
}

/** An id in the path. */
export function IdInPath(name: string, description: string) {
  return ApiParam({ name, description, schema: { type: 'string', format: 'uuid' } });
}
