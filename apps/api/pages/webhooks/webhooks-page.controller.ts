/** `/pages/webhooks`: who is told of changes, and whether they take it. */
import { Controller, Get, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Uuid } from '#contracts/ids.js';
import { Needs } from '#platform/auth/api-key.guard.js';
import { allows } from '#platform/auth/api-key.js';
import { CLOCK } from '../../dependencies.js';
import { id } from '../../openapi/fields.js';
import { WebhookDesk } from '../../webhooks/webhook-desk.js';
import { AsksFragment, FromVisitor, PageGuard } from '../page.guard.js';
import { page } from '../parts/layout.js';
import { HtmlPage } from '../respond.js';
import type { Visitor } from '../session.js';
import { type Tried, webhooksView } from './webhooks-view.js';

const REFRESH_MS = 3_000;
const SOURCES = { path: '/pages/sources', name: 'Sources' };

@ApiExcludeController()
@UseGuards(PageGuard)
@Controller('pages/webhooks')
export class WebhooksPageController {
  constructor(
    private readonly desk: WebhookDesk,
    @Inject(CLOCK) private readonly clock: () => number,
  ) {}

  @HtmlPage()
  @Needs('read:webhooks')
  @Get()
  list(@FromVisitor() visitor: Visitor, @AsksFragment() fragment: boolean): Promise<string> {
    return this.#page(visitor, null, fragment);
  }

  /** Sends a signed test at once, and shows what came of it. */
  @HtmlPage()
  @Needs('write:webhooks')
  @Post(':webhookId/test')
  async test(@FromVisitor() visitor: Visitor, @Param('webhookId', { schema: id }) webhookId: Uuid): Promise<string> {
    const outcome = await this.desk.test(visitor.caller.workspaceId, webhookId);
    return this.#page(visitor, { webhookId, outcome }, false);
  }

  async #page(visitor: Visitor, tried: Tried | null, fragment: boolean): Promise<string> {
    const webhooks = await this.desk.list(visitor.caller.workspaceId);
    const mayTest = allows(visitor.caller, 'write:webhooks');
    const body = webhooksView({ webhooks, tried, mayTest }, visitor, this.clock());
    const live = tried === null ? { liveMs: REFRESH_MS } : {};
    return page({ visitor, at: SOURCES.path, title: 'Webhooks', back: SOURCES, ...live, body }, fragment).text;
  }
}
