/** `/`: what comes in, as it comes in. */
import { Controller, Get, Inject, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Needs } from '#platform/auth/api-key.guard.js';
import { CLOCK } from '../../dependencies.js';
import { html } from '../html.js';
import { AsksFragment, FromVisitor, PageGuard } from '../page.guard.js';
import { page } from '../parts/layout.js';
import { HtmlPage } from '../respond.js';
import type { Visitor } from '../session.js';
import { ActivityReader } from './activity.js';
import { liveView, waitingForTraffic } from './live-view.js';

const REFRESH_MS = 2_000;

@ApiExcludeController()
@UseGuards(PageGuard)
@Needs('read:contacts')
@Controller()
export class LivePageController {
  constructor(
    private readonly activity: ActivityReader,
    @Inject(CLOCK) private readonly clock: () => number,
  ) {}

  @HtmlPage()
  @Get()
  async stream(@FromVisitor() visitor: Visitor, @AsksFragment() fragment: boolean): Promise<string> {
    const activity = await this.activity.recent(visitor.caller.workspaceId);
    const body = liveView(activity, this.clock(), waitingForTraffic());
    const aside = html`<span class="badge good"><span class="dot good pulse"></span>live</span>`;
    return page({ visitor, at: '/', title: 'Live', aside, body, liveMs: REFRESH_MS }, fragment).text;
  }
}
