/** `/v1/parked`: inputs that could not be decided, and what queued behind them; replaying is an input of the contact. */
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { countParked, listParked, type ParkedCursor } from '#adapters/postgres/event-store/parked.js';
import type { Pool } from '#adapters/postgres/pool.js';
import type { Uuid } from '#contracts/ids.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { decodeCursor, encodeCursor } from '#platform/http/cursor.js';
import { pending } from '../commands/answer.js';
import { pendingShown } from '../commands/command-schemas.js';
import { IdempotencyKey } from '../commands/idempotency-key.js';
import { POOL } from '../dependencies.js';
import { IdInPath, Operation } from '../openapi/answers.js';
import { id, page, paging } from '../openapi/fields.js';
import { pageOf } from '../openapi/pages.js';
import { Parked } from './parked.js';
import { parkedShown, showParked } from './parked-schemas.js';

const parkedAsked = z.strictObject(paging);
const replayAsked = z
  .strictObject({
    discard: z.boolean().default(false).describe('Drop what cannot be decided, decide what waits behind it.'),
  })
  .meta({ id: 'ReplayParked' });
const releaseAsked = z
  .strictObject({
    cursor: z.string().max(2000).optional().describe('`next` of the call before.'),
    limit: z.int().min(1).max(500).default(100).describe('Most contacts that one call asks for.'),
  })
  .meta({ id: 'ReleaseWorkspace' });
const released = z
  .object({
    wasHeld: z.boolean().describe('True in the call that ended a hold.'),
    contacts: z.int().describe('Contacts whose parked inputs are decided again.'),
    next: z.string().nullable().describe('`cursor` of the next call; null when all were asked for.'),
  })
  .meta({ id: 'ReleasedWorkspace' });
const replayed = z.object({ waiting: z.int().describe('Inputs of the contact that are still parked.') });

@ApiTags('parked')
@UseGuards(ApiKeyGuard)
@Controller('v1/parked')
export class ParkedController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    private readonly parked: Parked,
  ) {}

  @Operation({ summary: 'Parked inputs, newest first', scope: 'read:operations', answers: { 200: page(parkedShown) } })
  @Get()
  async list(
    @FromCaller() { workspaceId }: Caller,
    @Query({ schema: parkedAsked }) { cursor, limit }: z.output<typeof parkedAsked>,
  ) {
    const after = decodeCursor<ParkedCursor>(cursor, ['number', 'string', 'number', 'number']);
    const rows = await this.parked.opened(
      workspaceId,
      await listParked(this.pool, workspaceId, { after, limit: limit + 1 }),
    );
    return pageOf(rows, limit, showParked, (row) =>
      encodeCursor([row.parkedMicros, row.topic, row.partition, row.position]),
    );
  }

  @Operation({
    summary: 'Release the workspace if it is held, and decide again what is parked in it, page by page',
    scope: 'write:operations',
    answers: { 200: released },
  })
  @HttpCode(200)
  @Post('release')
  async release(
    @FromCaller() { workspaceId }: Caller,
    @Body({ schema: releaseAsked }) { cursor, limit }: z.output<typeof releaseAsked>,
  ) {
    const [after] = decodeCursor<readonly [Uuid]>(cursor, ['string']) ?? [null];
    const { next, ...counts } = await this.parked.release(workspaceId, { after, limit });
    return { ...counts, next: next && encodeCursor([next]) };
  }

  @Operation({
    summary: 'Decide again what is parked of a contact',
    scope: 'write:operations',
    answers: { 200: replayed, 202: pendingShown },
    problems: { 404: 'Nothing is parked of this contact.' },
  })
  @IdInPath('contactId', 'Id of the contact.')
  @Post(':contactId/replay')
  async replay(
    @FromCaller() { workspaceId }: Caller,
    @Param('contactId', { schema: id }) contactId: Uuid,
    @Body({ schema: replayAsked }) { discard }: z.output<typeof replayAsked>,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const outcome = await this.parked.replay(workspaceId, contactId, { discard, idempotencyKey: key });
    if (outcome.state === 'pending') return pending(reply, outcome);
    return { waiting: (await countParked(this.pool, workspaceId, contactId)).inputs };
  }
}
