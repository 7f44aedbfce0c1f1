/** `/pages/rules`: what is published and what it does. */
import { Controller, Get, Inject, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Pool } from '#adapters/postgres/pool.js';
import { ruleDays } from '#adapters/postgres/read-models/queries/counters.js';
import { Needs } from '#platform/auth/api-key.guard.js';
import { CLOCK, POOL } from '../../dependencies.js';
import { DraftDesk } from '../../rules/draft-desk.js';
import { RulesDesk } from '../../rules/published-rules.js';
import { AsksFragment, FromVisitor, PageGuard } from '../page.guard.js';
import { page } from '../parts/layout.js';
import { HtmlPage } from '../respond.js';
import type { Visitor } from '../session.js';
import { draftsView, inForceBadge, rulesView } from './rules-view.js';

const REFRESH_MS = 10_000;
const DAYS = 14;
const DAY_MS = 86_400_000;

@ApiExcludeController()
@UseGuards(PageGuard)
@Needs('read:rules')
@Controller('pages/rules')
export class RulesPageController {
  constructor(
    private readonly desk: RulesDesk,
    private readonly drafts: DraftDesk,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: () => number,
  ) {}

  @HtmlPage()
  @Get()
  async list(@FromVisitor() visitor: Visitor, @AsksFragment() fragment: boolean): Promise<string> {
    const now = this.clock();
    const days = Array.from({ length: DAYS }, (_, index) => dayOf(now - (DAYS - 1 - index) * DAY_MS));
    const { workspaceId } = visitor.caller;
    const [published, drafts, fired] = await Promise.all([
      this.desk.list(workspaceId),
      this.drafts.list(workspaceId),
      ruleDays(this.pool, workspaceId, days[0] ?? dayOf(now)),
    ]);
    const firedOn = new Map(fired.map(({ rule, day, fired }) => [`${day} ${rule}`, fired]));
    const trend = (rule: string) => days.map((day) => firedOn.get(`${day} ${rule}`) ?? 0);
    const frame = { visitor, at: '/pages/rules', title: 'Rules', aside: inForceBadge(published), liveMs: REFRESH_MS };
    return page({ ...frame, body: [draftsView(drafts, now), rulesView(published, trend, now)] }, fragment).text;
  }
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
