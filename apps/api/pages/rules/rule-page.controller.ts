/** `/pages/rules/{rule}`: one rule, its versions, its draft, and a try of it. */
import { Body, Controller, Get, Inject, Param, Post, Query, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Needs } from '#platform/auth/api-key.guard.js';
import { Problem } from '#platform/http/problem.js';
import { CLOCK } from '../../dependencies.js';
import { whole } from '../../openapi/fields.js';
import type { Expected } from '../../rules/draft-desk.js';
import { RulesDesk } from '../../rules/published-rules.js';
import { RuleTrials } from '../../rules/rule-trials.js';
import { diffAsked, ruleName } from '../../rules/version-schemas.js';
import { FromVisitor, PageGuard } from '../page.guard.js';
import { page } from '../parts/layout.js';
import { HtmlPage, seeOther } from '../respond.js';
import type { Visitor } from '../session.js';
import { type Compared, RulePages } from './rule-pages.js';
import type { Editor } from './rule-view.js';
import { rulePageView } from './rule-view.js';

const RULES = { path: '/pages/rules', name: 'Rules' };
/** Browsers send line ends as CR LF. */
const yaml = z
  .string()
  .max(70_000)
  .transform((text) => text.replaceAll('\r\n', '\n'));
const revision = z.union([z.literal('').transform(() => null), whole(1, 1e9)]).default(null);
const written = z.object({
  yaml,
  revision,
  note: z.string().trim().max(2000).default(''),
  contact: z.string().trim().max(400).default(''),
  do: z.enum(['save', 'publish', 'confirm', 'discard']).default('save'),
});
const compared = diffAsked.partial();
const back = z.object({ version: whole(1, 1e9) });

@ApiExcludeController()
@UseGuards(PageGuard)
@Controller('pages/rules')
export class RulePageController {
  constructor(
    private readonly pages: RulePages,
    private readonly trials: RuleTrials,
    private readonly desk: RulesDesk,
    @Inject(CLOCK) private readonly clock: () => number,
  ) {}

  @HtmlPage()
  @Needs('read:rules')
  @Get(':rule')
  one(
    @FromVisitor() visitor: Visitor,
    @Param('rule', { schema: ruleName }) rule: string,
    @Query({ schema: compared }) { from, to }: z.output<typeof compared>,
  ): Promise<string> {
    return this.#page(visitor, rule, {}, from === undefined && to === undefined ? null : { from, to });
  }

  @HtmlPage()
  @Needs('write:rules')
  @Post(':rule/draft')
  async write(
    @FromVisitor() visitor: Visitor,
    @Param('rule', { schema: ruleName }) rule: string,
    @Body({ schema: written }) { yaml, revision, note, do: what }: z.output<typeof written>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const expected: Expected = revision ?? 'none';
    const by = { author: visitor.name, ...(note === '' ? {} : { note }) };
    try {
      const problems = await this.pages.write(visitor.caller.workspaceId, rule, { what, yaml, expected, by });
      if (problems !== null)
        return await this.#page(visitor, rule, { notice: 'Nothing was published: the draft has problems.' });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.getStatus() === 409) {
        const [said] = error.extra.errors ?? [];
        const notice = `Nothing was published yet: this rule ${said?.problem ?? 'would act on many contacts at once'}.`;
        return this.#page(visitor, rule, { notice, confirms: true, note });
      }
      if (error.getStatus() !== 412) throw error;
      const notice = `${error.detail.replace(/ Read it,.*$/, '')} Your text is still below and is not saved; saving it now writes over theirs.`;
      return this.#page(visitor, rule, { yaml, notice }, { from: 'live', to: 'draft' });
    }
    const path = `/pages/rules/${encodeURIComponent(rule)}`;
    seeOther(reply, what === 'save' ? `${path}?from=live&to=draft` : path);
    return '';
  }

  @HtmlPage()
  @Needs('read:contacts')
  @Post(':rule/try')
  async try(
    @FromVisitor() visitor: Visitor,
    @Param('rule', { schema: ruleName }) rule: string,
    @Body({ schema: written }) { yaml, contact }: z.output<typeof written>,
  ): Promise<string> {
    const { workspaceId } = visitor.caller;
    const templates = await this.pages.templatesOf(workspaceId, rule);
    try {
      const tried = await this.trials.try(workspaceId, { rule, yaml, templates }, contact);
      const problems = 'problems' in tried ? tried.problems : [];
      return await this.#page(visitor, rule, { yaml, contact, tried, problems });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return this.#page(visitor, rule, { yaml, contact, notice: error.detail });
    }
  }

  @Needs('write:rules')
  @Post(':rule/rollback')
  async rollback(
    @FromVisitor() visitor: Visitor,
    @Param('rule', { schema: ruleName }) rule: string,
    @Body({ schema: back }) { version }: z.output<typeof back>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.desk.rollback(visitor.caller.workspaceId, rule, version, visitor.name);
    seeOther(reply, `/pages/rules/${encodeURIComponent(rule)}`);
  }

  /** `typed`: what the visitor's form holds in place of what is stored. */
  async #page(
    visitor: Visitor,
    rule: string,
    typed: Partial<Editor>,
    compare: Compared | null = null,
  ): Promise<string> {
    const shown = await this.pages.read(visitor.caller.workspaceId, rule, compare);
    const whole = { ...shown, editor: { ...shown.editor, ...typed } };
    const frame = { visitor, at: '/pages/rules', title: rule, back: RULES };
    return page({ ...frame, body: rulePageView(whole, visitor, this.clock()) }).text;
  }
}
