/** `/pages/inbox`: open, taken, done; take it, mark it done. */
import { Body, Controller, Get, Inject, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Pool } from '#adapters/postgres/pool.js';
import {
  listNotifications,
  type NotificationCursor,
  waitingNotifications,
} from '#adapters/postgres/read-models/queries/notifications.js';
import type { Uuid } from '#contracts/ids.js';
import { Needs } from '#platform/auth/api-key.guard.js';
import { allows } from '#platform/auth/api-key.js';
import { decodeCursor, encodeCursor } from '#platform/http/cursor.js';
import { CLOCK, POOL } from '../../dependencies.js';
import { Inbox } from '../../notifications/inbox.js';
import { id } from '../../openapi/fields.js';
import { pageOf } from '../../openapi/pages.js';
import { AsksFragment, FromVisitor, PageGuard } from '../page.guard.js';
import { page } from '../parts/layout.js';
import { HtmlPage, seeOther } from '../respond.js';
import { Sessions, type Visitor } from '../session.js';
import { inboxTabs, inboxView } from './inbox-view.js';

const LIMIT = 30;
const REFRESH_MS = 3_000;
const asked = z.object({
  state: z.enum(['open', 'taken', 'done']).default('open'),
  cursor: z.string().max(2000).optional(),
});
const renamed = z.object({ name: z.string().trim().min(1).max(200) });
const command = z.enum(['take', 'done']);

@ApiExcludeController()
@UseGuards(PageGuard)
@Controller('pages/inbox')
export class InboxPageController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: () => number,
    private readonly inbox: Inbox,
    private readonly sessions: Sessions,
  ) {}

  @HtmlPage()
  @Needs('read:notifications')
  @Get()
  async list(
    @FromVisitor() visitor: Visitor,
    @AsksFragment() fragment: boolean,
    @Query({ schema: asked }) { state, cursor }: z.output<typeof asked>,
  ): Promise<string> {
    const { workspaceId } = visitor.caller;
    const after = decodeCursor<NotificationCursor>(cursor, ['number', 'string']);
    const [rows, waiting] = await Promise.all([
      listNotifications(this.pool, workspaceId, state, { after, limit: LIMIT + 1 }),
      waitingNotifications(this.pool, workspaceId),
    ]);
    const { items, next } = pageOf(
      rows,
      LIMIT,
      (row) => row,
      (row) => encodeCursor([row.openedAt, row.effectId]),
    );
    const shown = { state, rows: items, next, waiting, mayAct: allows(visitor.caller, 'write:notifications') };
    const live = cursor === undefined ? { liveMs: REFRESH_MS } : {};
    const frame = { visitor, at: '/pages/inbox', title: 'Inbox', aside: inboxTabs(shown), ...live };
    return page({ ...frame, body: inboxView(shown, visitor, this.clock()) }, fragment).text;
  }

  @Needs('read:notifications')
  @Post('name')
  rename(
    @FromVisitor() visitor: Visitor,
    @Body({ schema: renamed }) { name }: z.output<typeof renamed>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): void {
    void reply.header('set-cookie', this.sessions.rename(visitor, name, request.protocol === 'https'));
    seeOther(reply, '/pages/inbox');
  }

  @Needs('write:notifications')
  @Post(':effectId/:command')
  async act(
    @FromVisitor() visitor: Visitor,
    @Param('effectId', { schema: id }) effectId: Uuid,
    @Param('command', { schema: command }) what: z.output<typeof command>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.inbox.command(visitor.caller.workspaceId, { effectId, command: what, by: visitor.name });
    seeOther(reply, '/pages/inbox');
  }
}
