/** `/v1/changes`: which contacts changed, in order, what changed and why. */
import { Controller, Get, Header, Headers, Inject, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { feedEnd } from '#adapters/postgres/feed/read.js';
import type { Pool } from '#adapters/postgres/pool.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { POOL } from '../dependencies.js';
import { EventStreamOperation, Operation } from '../openapi/answers.js';
import { changesAsked, changesShown, cursorShown, streamAsked } from './change-schemas.js';
import { ChangeStreams } from './change-streams.js';
import { Changes } from './changes.js';
import { feedCursor, placeOf } from './feed-cursor.js';

const GONE = { 410: 'What came after the cursor is no longer kept: load all contacts anew.' };

@ApiTags('changes')
@UseGuards(ApiKeyGuard)
@Controller('v1/changes')
export class ChangesController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    private readonly changes: Changes,
    private readonly streams: ChangeStreams,
  ) {}

  @Operation({
    summary: 'Contacts changed since a cursor, in order, none missed',
    scope: 'read:contacts',
    answers: { 200: changesShown },
    problems: GONE,
  })
  @Header('cache-control', 'no-store')
  @Get()
  async list(@FromCaller() caller: Caller, @Query({ schema: changesAsked }) asked: z.output<typeof changesAsked>) {
    const after = asked.after === undefined ? null : placeOf(asked.after, 'query.after');
    const { items, next, more } = await this.changes.after(caller.workspaceId, after, asked.limit);
    return { items, next: feedCursor(next), more };
  }

  @Operation({
    summary: 'The end of the feed now: take it before contacts are listed, and go on after it',
    scope: 'read:contacts',
    answers: { 200: cursorShown },
  })
  @Header('cache-control', 'no-store')
  @Get('cursor')
  async cursor(@FromCaller() caller: Caller) {
    return { cursor: feedCursor(await feedEnd(this.pool, caller.workspaceId)) };
  }

  @EventStreamOperation({
    summary: 'Changes as they come, as server-sent events: `event: change`, `id:` its cursor, `data:` the change',
    scope: 'read:contacts',
    data: 'Change',
    problems: { ...GONE, 429: 'The workspace has as many streams open as it may.' },
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The last change seen.',
    schema: { type: 'string' },
  })
  @Get('stream')
  async stream(
    @FromCaller() caller: Caller,
    @Query({ schema: streamAsked }) asked: z.output<typeof streamAsked>,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const after =
      lastEventId !== undefined && lastEventId !== ''
        ? placeOf(lastEventId, 'header.last-event-id')
        : asked.after !== undefined
          ? placeOf(asked.after, 'query.after')
          : await feedEnd(this.pool, caller.workspaceId);
    await this.streams.open(caller.workspaceId, after, request, reply);
  }
}
