/** `/v1/notifications`: what sales is told, who took it, what is done. */
import { Body, Controller, Get, Inject, Param, Post, Query, Res, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Pool } from '#adapters/postgres/pool.js';
import { listNotifications, type NotificationCursor } from '#adapters/postgres/read-models/queries/notifications.js';
import type { Uuid } from '#contracts/ids.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { decodeCursor, encodeCursor } from '#platform/http/cursor.js';
import { pending } from '../commands/answer.js';
import { pendingShown } from '../commands/command-schemas.js';
import { IdempotencyKey } from '../commands/idempotency-key.js';
import { POOL } from '../dependencies.js';
import { IdInPath, Operation } from '../openapi/answers.js';
import { id } from '../openapi/fields.js';
import { pageOf } from '../openapi/pages.js';
import { Inbox } from './inbox.js';
import {
  commandAsked,
  notificationPage,
  notificationShown,
  notificationsAsked,
  showNotification,
} from './notification-schemas.js';

type CommandBody = z.output<typeof commandAsked>;

const REFUSALS = { 404: 'The inbox holds no such notification.', 409: 'Taken by somebody else, or done already.' };

@ApiTags('notifications')
@UseGuards(ApiKeyGuard)
@Controller('v1/notifications')
export class NotificationsController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    private readonly inbox: Inbox,
  ) {}

  @Operation({ summary: 'The inbox, newest first', scope: 'read:notifications', answers: { 200: notificationPage } })
  @Get()
  async list(
    @FromCaller() caller: Caller,
    @Query({ schema: notificationsAsked }) { state, cursor, limit }: z.output<typeof notificationsAsked>,
  ) {
    const after = decodeCursor<NotificationCursor>(cursor, ['number', 'string']);
    const page = { after, limit: limit + 1 };
    const rows = await listNotifications(this.pool, caller.workspaceId, state ?? null, page);
    return pageOf(rows, limit, showNotification, (row) => encodeCursor([row.openedAt, row.effectId]));
  }

  @Operation({
    summary: 'One notification',
    scope: 'read:notifications',
    answers: { 200: notificationShown },
    problems: { 404: REFUSALS[404] },
  })
  @IdInPath('effectId', 'Id of the notification.')
  @Get(':effectId')
  async one(@FromCaller() caller: Caller, @Param('effectId', { schema: id }) effectId: Uuid) {
    return showNotification(await this.inbox.find(caller.workspaceId, effectId));
  }

  @Operation({
    summary: 'Take a notification: it is mine to follow up',
    scope: 'write:notifications',
    answers: { 200: notificationShown, 202: pendingShown },
    problems: REFUSALS,
  })
  @IdInPath('effectId', 'Id of the notification.')
  @Post(':effectId/take')
  take(
    @FromCaller() caller: Caller,
    @Param('effectId', { schema: id }) effectId: Uuid,
    @Body({ schema: commandAsked }) { by }: CommandBody,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#command(caller, { effectId, command: 'take', by, idempotencyKey: key }, reply);
  }

  @Operation({
    summary: 'Mark a notification done',
    scope: 'write:notifications',
    answers: { 200: notificationShown, 202: pendingShown },
    problems: REFUSALS,
  })
  @IdInPath('effectId', 'Id of the notification.')
  @Post(':effectId/done')
  done(
    @FromCaller() caller: Caller,
    @Param('effectId', { schema: id }) effectId: Uuid,
    @Body({ schema: commandAsked }) { by }: CommandBody,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#command(caller, { effectId, command: 'done', by, idempotencyKey: key }, reply);
  }

  async #command({ workspaceId }: Caller, asked: Parameters<Inbox['command']>[1], reply: FastifyReply) {
    const outcome = await this.inbox.command(workspaceId, asked);
    return 'effectId' in outcome ? showNotification(outcome) : pending(reply, outcome);
  }
}
