/** `/pages/deliveries/{id}`: one request of a provider, as it came. */
import { Controller, Get, Inject, Param, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { deliveryById, quarantinedOf } from '#adapters/postgres/deliveries/recent.js';
import type { Pool } from '#adapters/postgres/pool.js';
import { listSources } from '#adapters/postgres/sources/sources.js';
import type { Uuid } from '#contracts/ids.js';
import { Needs } from '#platform/auth/api-key.guard.js';
import { Problem } from '#platform/http/problem.js';
import { Opening } from '../../deliveries/opening.js';
import { CLOCK, POOL } from '../../dependencies.js';
import { id } from '../../openapi/fields.js';
import { html } from '../html.js';
import { ActivityReader } from '../live/activity.js';
import { FromVisitor, PageGuard } from '../page.guard.js';
import { page } from '../parts/layout.js';
import { HtmlPage } from '../respond.js';
import type { Visitor } from '../session.js';
import { deliveryView } from './delivery-view.js';

const LIVE = html`<a class="back" href="/">← Live</a>`;

@ApiExcludeController()
@UseGuards(PageGuard)
@Needs('read:operations')
@Controller('pages/deliveries')
export class DeliveryPageController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: () => number,
    private readonly opening: Opening,
    private readonly activity: ActivityReader,
  ) {}

  @HtmlPage()
  @Get(':deliveryId')
  async one(@FromVisitor() visitor: Visitor, @Param('deliveryId', { schema: id }) deliveryId: Uuid): Promise<string> {
    const { workspaceId } = visitor.caller;
    const row = await deliveryById(this.pool, workspaceId, deliveryId);
    if (row === null) throw new Problem(404, 'Not found', 'There is no such delivery; they are kept for 14 days.');
    const [request, kept, lines, sources] = await Promise.all([
      this.opening.request(workspaceId, row),
      quarantinedOf(this.pool, workspaceId, row),
      this.activity.linesOf(workspaceId, row),
      listSources(this.pool, workspaceId),
    ]);
    const quarantined = await Promise.all(
      kept.map(async (part) => ({ row: part, opened: await this.opening.quarantined(workspaceId, part) })),
    );
    const source = sources.find(({ id }) => id === row.sourceId)?.name ?? null;
    const body = deliveryView({ row, source, request, quarantined, lines }, this.clock());
    return page({ visitor, at: '/', title: 'Delivery', aside: LIVE, body }).text;
  }
}
