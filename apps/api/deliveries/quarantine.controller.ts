/** What people do with quarantine, and with requests that a newer parser understands better. */
import { Body, Controller, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { discardQuarantined } from '#adapters/postgres/deliveries/quarantine.js';
import type { Pool } from '#adapters/postgres/pool.js';
import type { Uuid } from '#contracts/ids.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { decodeCursor, encodeCursor } from '#platform/http/cursor.js';
import { CLOCK, POOL } from '../dependencies.js';
import { IdInPath, Operation } from '../openapi/answers.js';
import { id, timeAsked } from '../openapi/fields.js';
import { Rereading } from './rereading.js';

const redriven = z
  .object({ engagements: z.int().describe('Engagements that it gave; those known before change nothing.') })
  .meta({ id: 'Redriven' });
const discardAsked = z
  .strictObject({
    ids: z.array(id).min(1).max(1000).optional().describe('Left out: all that is open.'),
    source: id.optional().describe('Only of this source.'),
  })
  .meta({ id: 'DiscardQuarantined' });
const discarded = z.object({ discarded: z.int() });
const renormaliseAsked = z
  .strictObject({
    source: id,
    since: timeAsked.describe('Requests received from then on.'),
    until: timeAsked.optional().describe('Up to then; now when left out.'),
    cursor: z.string().max(2000).optional().describe('`next` of the call before.'),
    limit: z.int().min(1).max(200).default(50).describe('Most requests that one call reads.'),
  })
  .meta({ id: 'Renormalise' });
const renormalised = z
  .object({
    deliveries: z.int().describe('Requests that were read.'),
    engagements: z.int().describe('Engagements that they gave; those known before change nothing.'),
    settled: z.int().describe('Parts that left quarantine.'),
    gone: z.int().describe('Requests that can no longer be opened.'),
    next: z.string().nullable().describe('`cursor` of the next call; null when all are read.'),
  })
  .meta({ id: 'Renormalised' });

@ApiTags('deliveries')
@UseGuards(ApiKeyGuard)
@Controller('v1')
export class QuarantineController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: () => number,
    private readonly rereading: Rereading,
  ) {}

  @Operation({
    summary: 'Read a part of quarantine again, after a fix',
    scope: 'write:operations',
    answers: { 200: redriven },
    problems: {
      404: 'Nothing with this id is in quarantine.',
      409: 'It was redriven or discarded already.',
      410: 'The request is not kept any more.',
      422: 'It is still not understood, or was refused for good; the detail says why.',
    },
  })
  @IdInPath('quarantineId', 'Id in quarantine.')
  @HttpCode(200)
  @Post('quarantine/:quarantineId/redrive')
  async redrive(@FromCaller() { workspaceId }: Caller, @Param('quarantineId', { schema: id }) quarantineId: Uuid) {
    const { engagements } = await this.rereading.redrive(workspaceId, quarantineId);
    return { engagements };
  }

  @Operation({
    summary: 'Discard what waits in quarantine',
    scope: 'write:operations',
    answers: { 200: discarded },
  })
  @HttpCode(200)
  @Post('quarantine/discard')
  async discard(
    @FromCaller() { workspaceId }: Caller,
    @Body({ schema: discardAsked }) { ids, source }: z.output<typeof discardAsked>,
  ) {
    return { discarded: await discardQuarantined(this.pool, workspaceId, ids ?? null, source ?? null) };
  }

  @Operation({
    summary: 'Read the kept requests of a source again, with the parser of today',
    scope: 'write:operations',
    answers: { 200: renormalised },
    problems: { 404: 'No such source.' },
  })
  @HttpCode(200)
  @Post('deliveries/renormalise')
  async renormalise(
    @FromCaller() { workspaceId }: Caller,
    @Body({ schema: renormaliseAsked }) asked: z.output<typeof renormaliseAsked>,
  ) {
    const { source, since, until, cursor, limit } = asked;
    const [receivedAt, last] = decodeCursor<readonly [number, Uuid]>(cursor, ['number', 'string']) ?? [since];
    const after = { receivedAt, ...(last === undefined ? {} : { id: last }) };
    const page = { after, until: until ?? this.clock(), limit };
    const { next, ...counts } = await this.rereading.renormalise(workspaceId, source, page);
    return { ...counts, next: next && encodeCursor([next.receivedAt, next.id]) };
  }
}
