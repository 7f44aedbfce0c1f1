/** `/v1/suppressions`: who may not be sent what, and since when. */
import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { Pool } from '#adapters/postgres/pool.js';
import { listSuppressions, type SuppressionCursor } from '#adapters/postgres/read-models/queries/suppressions.js';
import type { SuppressionRow } from '#contracts/read-models.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { decodeCursor, encodeCursor } from '#platform/http/cursor.js';
import { POOL } from '../dependencies.js';
import { Operation } from '../openapi/answers.js';
import { id, iso, isoOrNull, page, paging, time, truth } from '../openapi/fields.js';
import { pageOf } from '../openapi/pages.js';

const suppressionsAsked = z.strictObject({
  ...paging,
  in_force: truth.optional().describe('true: those in force; false: those lifted; both when left out.'),
  scope: z.string().min(1).optional().describe('all, group:ID or list:ID.'),
  reason: z.string().min(1).optional().describe('hard_bounce, complaint, unsubscribed, rule or command.'),
});

const suppressionShown = z
  .object({
    contactId: id,
    subject: id.describe('The address concerned, as the log names it.'),
    email: z.string().nullable().describe('The address at that time, where it was known.'),
    scope: z.string(),
    reason: z.string(),
    since: time,
    eventId: id,
    liftedAt: time.nullable().describe('In force while null.'),
    liftedReason: z.string().nullable(),
  })
  .meta({ id: 'Suppression' });

@ApiTags('suppressions')
@UseGuards(ApiKeyGuard)
@Controller('v1/suppressions')
export class SuppressionsController {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  @Operation({
    summary: 'Suppressions, newest first',
    scope: 'read:suppressions',
    answers: { 200: page(suppressionShown) },
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
    return pageOf(rows, limit, show, (row) => encodeCursor([row.since, row.contactId, row.subject, row.scope]));
  }
}

function show(row: SuppressionRow): z.infer<typeof suppressionShown> {
  const { contactId, subject, email, scope, reason, since, eventId, liftedAt, liftedReason } = row;
  return {
    ...{ contactId, subject, email, scope, reason, eventId, liftedReason },
    since: iso(since),
    liftedAt: isoOrNull(liftedAt),
  };
}
