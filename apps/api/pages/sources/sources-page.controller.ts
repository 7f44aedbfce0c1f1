/** `/pages/sources`: endpoints to copy, what they receive, and a new one. */
import { Body, Controller, Get, Inject, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Uuid } from '#contracts/ids.js';
import { Needs } from '#platform/auth/api-key.guard.js';
import { allows } from '#platform/auth/api-key.js';
import type { Configuration } from '#platform/configuration/configuration.js';
import { Problem } from '#platform/http/problem.js';
import { CLOCK, CONFIGURATION } from '../../dependencies.js';
import { id } from '../../openapi/fields.js';
import { publicUrl } from '../../sources/public-url.js';
import { html } from '../html.js';
import { ActivityReader } from '../live/activity.js';
import { liveView } from '../live/live-view.js';
import { AsksFragment, FromVisitor, PageGuard } from '../page.guard.js';
import { empty } from '../parts/empty.js';
import { page } from '../parts/layout.js';
import { HtmlPage, seeOther } from '../respond.js';
import type { Visitor } from '../session.js';
import { SourcePages } from './source-pages.js';
import { madeView, sourceDetailView, sourcesView, stateBadge } from './sources-view.js';

const REFRESH_MS = 5_000;
const wanted = z.object({
  name: z.string().trim().min(1).max(100),
  provider: z.string().max(100),
  key: z.string().trim().max(5000).default(''),
  topic: z.string().trim().max(2000).default(''),
});
const command = z.enum(['pause', 'resume']);

@ApiExcludeController()
@UseGuards(PageGuard)
@Controller('pages/sources')
export class SourcesPageController {
  constructor(
    private readonly sources: SourcePages,
    private readonly activity: ActivityReader,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(CLOCK) private readonly clock: () => number,
  ) {}

  @HtmlPage()
  @Needs('read:sources')
  @Get()
  async list(
    @FromVisitor() visitor: Visitor,
    @AsksFragment() fragment: boolean,
    @Req() request: FastifyRequest,
  ): Promise<string> {
    const shown = await this.sources.list(visitor.caller, publicUrl(this.configuration, request));
    const aside = allows(visitor.caller, 'read:webhooks') && WEBHOOKS;
    const frame = { visitor, at: '/pages/sources', title: 'Sources', aside, liveMs: REFRESH_MS };
    return page({ ...frame, body: sourcesView(shown, visitor, this.clock()) }, fragment).text;
  }

  @HtmlPage()
  @Needs('write:sources')
  @Post()
  async create(
    @FromVisitor() visitor: Visitor,
    @Body({ schema: wanted }) wish: z.output<typeof wanted>,
    @Req() request: FastifyRequest,
  ): Promise<string> {
    const made = await this.sources.create(visitor.caller, wish);
    const body = madeView(made, publicUrl(this.configuration, request));
    return page({ visitor, at: '/pages/sources', title: 'Sources', body }).text;
  }

  @HtmlPage()
  @Needs('read:sources')
  @Get(':sourceId')
  async one(
    @FromVisitor() visitor: Visitor,
    @AsksFragment() fragment: boolean,
    @Param('sourceId', { schema: id }) sourceId: Uuid,
    @Req() request: FastifyRequest,
  ): Promise<string> {
    const { source, types } = await this.sources.one(visitor.caller, sourceId);
    const recent = await this.activity.recent(visitor.caller.workspaceId, sourceId);
    const now = this.clock();
    const deliveries = liveView(recent, now, NOTHING_YET, true);
    const body = sourceDetailView({ source, origin: publicUrl(this.configuration, request), types, deliveries }, now);
    const frame = {
      visitor,
      at: '/pages/sources',
      title: source.name,
      aside: [stateBadge(source), SOURCES],
      liveMs: REFRESH_MS,
    };
    return page({ ...frame, body }, fragment).text;
  }

  @Needs('write:sources')
  @Post(':sourceId/:command')
  async change(
    @FromVisitor() visitor: Visitor,
    @Param('sourceId', { schema: id }) sourceId: Uuid,
    @Param('command', { schema: command }) what: z.output<typeof command>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    if (!(await this.sources.change(visitor.caller, sourceId, what)))
      throw new Problem(404, 'Not found', 'This workspace has no source with this id.');
    seeOther(reply, '/pages/sources');
  }
}

const WEBHOOKS = html`<a class="back" href="/pages/webhooks">Webhooks</a>`;
const SOURCES = html`<a class="back" href="/pages/sources">← Sources</a>`;

const NOTHING_YET = empty({
  icon: 'sources',
  title: 'It has received nothing yet',
  text: 'Enter the address above as the webhook address at the provider; most have a button that sends a test event.',
});
