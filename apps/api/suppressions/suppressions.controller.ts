/** `/v1/suppressions`: who may not be sent what, and since when; asked for many addresses before a send. */
import { Body, Controller, Get, Inject, Post, Query, Res, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Pool } from '#adapters/postgres/pool.js';
import { suppressionChanges } from '#adapters/postgres/read-models/queries/suppression-changes.js';
import { listSuppressions, type SuppressionCursor } from '#adapters/postgres/read-models/queries/suppressions.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { decodeCursor, encodeCursor } from '#platform/http/cursor.js';
import { POOL } from '../dependencies.js';
import { CsvAnswer, Operation } from '../openapi/answers.js';
import { pageOf } from '../openapi/pages.js';
import { SuppressionChecks } from './suppression-checks.js';
import { sendCsv } from './suppression-csv.js';
import {
  checkAnswer,
  checkAsked,
  exportAsked,
  showSuppression,
  suppressionPage,
  suppressionsAsked,
} from './suppression-schemas.js';

@ApiTags('suppressions')
@UseGuards(ApiKeyGuard)
@Controller('v1/suppressions')
export class SuppressionsController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    private readonly checks: SuppressionChecks,
  ) {}

  @Operation({
    summary: 'Suppressions, newest first',
    scope: 'read:suppressions',
    answers: { 200: suppressionPage },
  })
  @Get()
  async list(
    @FromCaller() caller: Caller,
    @Query({ schema: suppressionsAsked }) asked: z.output<typeof suppressionsAsked>,
  ) {
    const { cursor, limit, in_force: inForce, scope, reason } = asked;
    const after = decodeCursor<SuppressionCursor>(cursor, ['number', 'string', 'string', 'string']);
    const page = { after, limit: limit + 1 };
    const rows = await listSuppressions(this.pool, caller.workspaceId, { inForce, scope, reason }, page);
    return pageOf(rows, limit, showSuppression, (row) =>
      encodeCursor([row.since, row.contactId, row.subject, row.scope]),
    );
  }

  @Operation({
    summary: 'Which of these addresses may be mailed, and why not',
    scope: 'read:suppressions',
    answers: { 200: checkAnswer },
  })
  @Post('check')
  check(@FromCaller() { workspaceId }: Caller, @Body({ schema: checkAsked }) asked: z.output<typeof checkAsked>) {
    return this.checks.check(workspaceId, asked);
  }

  @Operation({ summary: 'Suppressions as CSV, in the order of their change', scope: 'read:suppressions', answers: {} })
  @CsvAnswer('email, contact_id, scope, reason, since, lifted_at, lifted_reason')
  @Get('export')
  async export(
    @FromCaller() { workspaceId }: Caller,
    @Query({ schema: exportAsked }) { since, scope, lifted = since !== undefined }: z.output<typeof exportAsked>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendCsv(reply, suppressionChanges(this.pool, workspaceId, { since, scope, lifted }));
  }
}
