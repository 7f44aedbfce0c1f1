/** `/v1/deliveries` and `/v1/quarantine`: what providers sent, as they sent it, and what of it was not understood. */
import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  deliveryById,
  openQuarantine,
  quarantinedById,
  type ReceivedCursor,
  recentDeliveries,
} from '#adapters/postgres/deliveries/recent.js';
import type { Pool } from '#adapters/postgres/pool.js';
import type { Uuid } from '#contracts/ids.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { decodeCursor, encodeCursor } from '#platform/http/cursor.js';
import { Problem } from '#platform/http/problem.js';
import { POOL } from '../dependencies.js';
import { IdInPath, Operation } from '../openapi/answers.js';
import { id } from '../openapi/fields.js';
import { pageOf } from '../openapi/pages.js';
import {
  deliveriesAsked,
  deliveryPage,
  openedDelivery,
  openedQuarantine,
  quarantinePage,
  showDelivery,
  showQuarantined,
  showRequest,
} from './delivery-schemas.js';
import { Opening } from './opening.js';

type Asked = z.output<typeof deliveriesAsked>;

const cursorOf = (row: { receivedAt: number; id: Uuid }) => encodeCursor([row.receivedAt, row.id]);
const pageAsked = ({ cursor, limit }: Asked) => ({
  after: decodeCursor<ReceivedCursor>(cursor, ['number', 'string']),
  limit: limit + 1,
});

@ApiTags('deliveries')
@UseGuards(ApiKeyGuard)
@Controller('v1')
export class DeliveriesController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    private readonly opening: Opening,
  ) {}

  @Operation({ summary: 'Deliveries, newest first', scope: 'read:sources', answers: { 200: deliveryPage } })
  @Get('deliveries')
  async deliveries(@FromCaller() { workspaceId }: Caller, @Query({ schema: deliveriesAsked }) asked: Asked) {
    const rows = await recentDeliveries(this.pool, workspaceId, asked.source ?? null, pageAsked(asked));
    return pageOf(rows, asked.limit, showDelivery, cursorOf);
  }

  @Operation({
    summary: 'One delivery with the request as it came',
    scope: 'read:operations',
    answers: { 200: openedDelivery },
    problems: { 404: 'No such delivery (kept for 14 days).' },
  })
  @IdInPath('deliveryId', 'Id of the delivery.')
  @Get('deliveries/:deliveryId')
  async delivery(@FromCaller() { workspaceId }: Caller, @Param('deliveryId', { schema: id }) deliveryId: Uuid) {
    const row = await deliveryById(this.pool, workspaceId, deliveryId);
    if (row === null) throw new Problem(404, 'Not found', 'There is no such delivery; they are kept for 14 days.');
    const request = await this.opening.request(workspaceId, row);
    return { ...showDelivery(row), request: request && showRequest(request) };
  }

  @Operation({
    summary: 'What waits in quarantine, newest first',
    scope: 'read:sources',
    answers: { 200: quarantinePage },
  })
  @Get('quarantine')
  async quarantine(@FromCaller() { workspaceId }: Caller, @Query({ schema: deliveriesAsked }) asked: Asked) {
    const rows = await openQuarantine(this.pool, workspaceId, asked.source ?? null, pageAsked(asked));
    return pageOf(rows, asked.limit, showQuarantined, cursorOf);
  }

  @Operation({
    summary: 'One part that was not understood, and why',
    scope: 'read:operations',
    answers: { 200: openedQuarantine },
    problems: { 404: 'Nothing with this id is in quarantine.' },
  })
  @IdInPath('quarantineId', 'Id in quarantine.')
  @Get('quarantine/:quarantineId')
  async quarantined(@FromCaller() { workspaceId }: Caller, @Param('quarantineId', { schema: id }) quarantineId: Uuid) {
    const row = await quarantinedById(this.pool, workspaceId, quarantineId);
    if (row === null) throw new Problem(404, 'Not found', 'Nothing with this id is in quarantine.');
    const part = await this.opening.quarantined(workspaceId, row);
    const shown = part && { detail: part.about.detail, body: part.bytes.toString('utf8') };
    return { ...showQuarantined(row), part: shown };
  }
}
