/** `/v1/webhooks`: who is told of changes by a signed POST. Secrets are shown once, when they are made. */
import { Body, Controller, Delete, Get, Inject, Param, Patch, Post, Query, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import type { Pool } from '#adapters/postgres/pool.js';
import { webhookDeliveries } from '#adapters/postgres/webhooks/deliveries.js';
import type { Uuid } from '#contracts/ids.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { decodeCursor, encodeCursor } from '#platform/http/cursor.js';
import { POOL } from '../dependencies.js';
import { IdInPath, Operation } from '../openapi/answers.js';
import { id } from '../openapi/fields.js';
import { pageOf } from '../openapi/pages.js';
import { Conditional, IfMatch } from '../sources/if-match.js';
import { type Keyed, WebhookDesk } from './webhook-desk.js';
import {
  showWebhook,
  showWebhookDelivery,
  testShown,
  toldAgain,
  webhookDeliveriesAsked,
  webhookDeliveryPage,
  webhookList,
  webhookRevised,
  webhookRotation,
  webhookShown,
  webhookWanted,
  webhookWithSecret,
} from './webhook-schemas.js';

const GONE = { 404: 'No such webhook.' };
const TAKEN = 'The workspace has a webhook of this name.';
const CHANGED = { ...GONE, 412: 'It is at another version than expected.' };
const OF_WEBHOOK = IdInPath('webhookId', 'Id of the webhook.');

@ApiTags('webhooks')
@UseGuards(ApiKeyGuard)
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    private readonly desk: WebhookDesk,
  ) {}

  @Operation({ summary: 'Webhooks, by name', scope: 'read:webhooks', answers: { 200: webhookList } })
  @Get()
  async list(@FromCaller() { workspaceId }: Caller) {
    return { items: (await this.desk.list(workspaceId)).map(showWebhook) };
  }

  @Operation({ summary: 'One webhook', scope: 'read:webhooks', answers: { 200: webhookShown }, problems: GONE })
  @OF_WEBHOOK
  @Get(':webhookId')
  async one(@FromCaller() { workspaceId }: Caller, @Param('webhookId', { schema: id }) webhookId: Uuid) {
    return showWebhook(await this.desk.one(workspaceId, webhookId));
  }

  @Operation({
    summary: 'Subscribe to changes of contacts, from now on',
    scope: 'write:webhooks',
    answers: { 201: webhookWithSecret },
    problems: { 409: TAKEN },
  })
  @Post()
  async create(
    @FromCaller() { workspaceId }: Caller,
    @Body({ schema: webhookWanted }) wish: z.output<typeof webhookWanted>,
  ) {
    return keyed(await this.desk.create(workspaceId, wish));
  }

  @Operation({
    summary: 'Change a webhook, pause it, or take it up again',
    scope: 'write:webhooks',
    answers: { 200: webhookShown },
    problems: { ...CHANGED, 409: `${TAKEN} Or the changes at which it stopped are no longer kept.` },
  })
  @Conditional()
  @OF_WEBHOOK
  @Patch(':webhookId')
  async revise(
    @FromCaller() { workspaceId }: Caller,
    @Param('webhookId', { schema: id }) webhookId: Uuid,
    @IfMatch() expectedVersion: number | null,
    @Body({ schema: webhookRevised }) wish: z.output<typeof webhookRevised>,
  ) {
    return showWebhook(await this.desk.revise(workspaceId, { id: webhookId, expectedVersion }, wish));
  }

  @Operation({
    summary: 'Delete a webhook, with what waits for it',
    scope: 'write:webhooks',
    answers: { 200: webhookShown },
    problems: CHANGED,
  })
  @Conditional()
  @OF_WEBHOOK
  @Delete(':webhookId')
  async remove(
    @FromCaller() { workspaceId }: Caller,
    @Param('webhookId', { schema: id }) webhookId: Uuid,
    @IfMatch() expectedVersion: number | null,
  ) {
    return showWebhook(await this.desk.remove(workspaceId, webhookId, expectedVersion));
  }

  @Operation({
    summary: 'Give a webhook a new secret; the old one signs beside it for a while',
    scope: 'write:webhooks',
    answers: { 200: webhookWithSecret },
    problems: CHANGED,
  })
  @Conditional()
  @OF_WEBHOOK
  @Post(':webhookId/rotate')
  async rotate(
    @FromCaller() { workspaceId }: Caller,
    @Param('webhookId', { schema: id }) webhookId: Uuid,
    @IfMatch() expectedVersion: number | null,
    @Body({ schema: webhookRotation }) wish: z.output<typeof webhookRotation>,
  ) {
    return keyed(await this.desk.rotate(workspaceId, { id: webhookId, expectedVersion }, wish));
  }

  @Operation({
    summary: 'Send a signed test message now, and tell what came of it',
    scope: 'write:webhooks',
    answers: { 200: testShown },
    problems: GONE,
  })
  @OF_WEBHOOK
  @Post(':webhookId/test')
  test(@FromCaller() { workspaceId }: Caller, @Param('webhookId', { schema: id }) webhookId: Uuid) {
    return this.desk.test(workspaceId, webhookId);
  }

  @Operation({
    summary: 'What a webhook was told, newest first, with the attempts at it',
    scope: 'read:webhooks',
    answers: { 200: webhookDeliveryPage },
    problems: GONE,
  })
  @OF_WEBHOOK
  @Get(':webhookId/deliveries')
  async deliveries(
    @FromCaller() { workspaceId }: Caller,
    @Param('webhookId', { schema: id }) webhookId: Uuid,
    @Query({ schema: webhookDeliveriesAsked }) { state, cursor, limit }: z.output<typeof webhookDeliveriesAsked>,
  ) {
    const after = decodeCursor<readonly [number, Uuid]>(cursor, ['number', 'string']);
    await this.desk.one(workspaceId, webhookId);
    const asked = { state: state ?? null, after, limit: limit + 1 };
    const rows = await webhookDeliveries(this.pool, workspaceId, webhookId, asked);
    return pageOf(rows, limit, showWebhookDelivery, (row) => encodeCursor([row.createdMicros, row.id]));
  }

  @Operation({
    summary: 'Tell a change again that has ended, under the same id',
    scope: 'write:webhooks',
    answers: { 200: toldAgain },
    problems: { ...GONE, 409: 'It waits still, or is not kept.' },
  })
  @OF_WEBHOOK
  @IdInPath('deliveryId', 'Id of the delivery.')
  @Post(':webhookId/deliveries/:deliveryId/redeliver')
  async tellAgain(
    @FromCaller() { workspaceId }: Caller,
    @Param('webhookId', { schema: id }) webhookId: Uuid,
    @Param('deliveryId', { schema: id }) deliveryId: Uuid,
  ) {
    await this.desk.tellAgain(workspaceId, webhookId, deliveryId);
    return { id: deliveryId, state: 'queued' as const };
  }
}

function keyed({ webhook, secret }: Keyed) {
  return { ...showWebhook(webhook), secret };
}
