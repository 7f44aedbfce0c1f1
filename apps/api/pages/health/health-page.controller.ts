/** `/pages/health`: how the engine is, and what waits for a person. */
import { Controller, Get, Inject, Param, Post, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Uuid } from '#contracts/ids.js';
import { Needs } from '#platform/auth/api-key.guard.js';
import { DeadLetters } from '../../dead-letters/dead-letters.js';
import { CLOCK } from '../../dependencies.js';
import { id } from '../../openapi/fields.js';
import { Parked } from '../../parked/parked.js';
import { AsksFragment, FromVisitor, PageGuard } from '../page.guard.js';
import { page } from '../parts/layout.js';
import { HtmlPage, seeOther } from '../respond.js';
import type { Visitor } from '../session.js';
import { HealthPages } from './health-pages.js';
import { healthView, readyBadge } from './health-view.js';

const REFRESH_MS = 3_000;
const PAGE = '/pages/health';
const command = z.enum(['replay', 'discard']);
const target = z.string().regex(/^[a-z][a-z0-9_-]{0,40}$/);

@ApiExcludeController()
@UseGuards(PageGuard)
@Controller('pages/health')
export class HealthPageController {
  constructor(
    private readonly health: HealthPages,
    private readonly parked: Parked,
    private readonly letters: DeadLetters,
    @Inject(CLOCK) private readonly clock: () => number,
  ) {}

  @HtmlPage()
  @Needs('read:operations')
  @Get()
  async show(@FromVisitor() visitor: Visitor, @AsksFragment() fragment: boolean): Promise<string> {
    const shown = await this.health.read(visitor.caller);
    const frame = { visitor, at: PAGE, title: 'Health', aside: readyBadge(shown.checks), liveMs: REFRESH_MS };
    return page({ ...frame, body: healthView(shown, visitor, this.clock()) }, fragment).text;
  }

  @Needs('write:operations')
  @Post('parked/:contactId/replay')
  async replayParked(
    @FromVisitor() { caller }: Visitor,
    @Param('contactId', { schema: id }) contactId: Uuid,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.parked.replay(caller.workspaceId, contactId, { discard: false });
    seeOther(reply, PAGE);
  }

  @Needs('write:operations')
  @Post('dead-letters/:effectId/:target/:command')
  async deadLetter(
    @FromVisitor() { caller }: Visitor,
    @Param('effectId', { schema: id }) effectId: Uuid,
    @Param('target', { schema: target }) to: string,
    @Param('command', { schema: command }) what: z.output<typeof command>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.letters[what]({ workspaceId: caller.workspaceId, effectId, target: to });
    seeOther(reply, PAGE);
  }
}
