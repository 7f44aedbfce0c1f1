/** `/v1/rules/{rule}/draft`: written, checked, published, thrown away; two people do not overwrite each other. */
import { Body, Controller, Delete, Get, Param, Post, Put, Res, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { Operation } from '../openapi/answers.js';
import { Conditional, IfMatchExpected } from '../sources/if-match.js';
import { DraftDesk, type DraftShown, type Expected } from './draft-desk.js';
import { RulesDesk, refused } from './published-rules.js';
import { publishedShown, reachShown } from './rule-schemas.js';
import { TOO_MANY } from './rules.controller.js';
import {
  draftPublication,
  draftShown,
  draftsShown,
  draftWanted,
  ruleName,
  showDraft,
  showDraftHead,
} from './version-schemas.js';

const OF_RULE = { name: 'rule', description: 'Name of the rule.', schema: { type: 'string' as const } };
const BAD = 'The draft has a problem: `errors` names each with its line.';
const CHANGED = 'It was changed since it was read: `detail` says by whom and when, the ETag is that of now.';

@ApiTags('rules')
@UseGuards(ApiKeyGuard)
@Controller('v1')
export class DraftsController {
  constructor(
    private readonly drafts: DraftDesk,
    private readonly desk: RulesDesk,
  ) {}

  @Operation({ summary: 'Drafts of rules', scope: 'read:rules', answers: { 200: draftsShown } })
  @Get('rule-drafts')
  async list(@FromCaller() { workspaceId }: Caller) {
    return { items: (await this.drafts.list(workspaceId)).map(showDraftHead) };
  }

  @Operation({
    summary: 'The draft of a rule, with its problems',
    scope: 'read:rules',
    answers: { 200: draftShown },
    problems: { 404: 'It has none.' },
  })
  @ApiParam(OF_RULE)
  @Get('rules/:rule/draft')
  async one(
    @FromCaller() { workspaceId }: Caller,
    @Param('rule', { schema: ruleName }) rule: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return shown(await this.drafts.one(workspaceId, rule), reply);
  }

  @Operation({
    summary: 'On how many contacts the draft of a rule would act within a day, tried on a sample of their records',
    scope: 'read:rules',
    answers: { 200: reachShown },
    problems: { 404: 'It has none.', 422: BAD },
  })
  @ApiParam(OF_RULE)
  @Get('rules/:rule/draft/reach')
  async reach(@FromCaller() { workspaceId }: Caller, @Param('rule', { schema: ruleName }) rule: string) {
    const { problems, reach } = await this.drafts.reachOf(workspaceId, rule);
    if (reach === null) throw refused(problems, 'The draft cannot be tried: it has a problem.');
    return reach;
  }

  @Operation({
    summary:
      'Write the draft of a rule; nothing of it is in force. Without If-Match it is a new one; `*` writes over any',
    scope: 'write:rules',
    answers: { 200: draftShown },
    problems: { 412: CHANGED },
  })
  @ApiParam(OF_RULE)
  @Conditional()
  @Put('rules/:rule/draft')
  async write(
    @FromCaller() { workspaceId, keyName }: Caller,
    @Param('rule', { schema: ruleName }) rule: string,
    @IfMatchExpected() expected: Expected,
    @Body({ schema: draftWanted }) { author, ...wish }: z.output<typeof draftWanted>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return shown(await this.drafts.write(workspaceId, rule, wish, expected, author ?? keyName), reply);
  }

  @Operation({
    summary: 'Throw the draft of a rule away; it is answered once more',
    scope: 'write:rules',
    answers: { 200: draftShown },
    problems: { 404: 'It has none.', 412: CHANGED },
  })
  @ApiParam(OF_RULE)
  @Conditional()
  @Delete('rules/:rule/draft')
  async remove(
    @FromCaller() { workspaceId }: Caller,
    @Param('rule', { schema: ruleName }) rule: string,
    @IfMatchExpected() expected: Expected,
  ) {
    return showDraft(await this.drafts.remove(workspaceId, rule, expected));
  }

  @Operation({
    summary: 'Publish the draft of a rule as its next version',
    scope: 'write:rules',
    answers: { 200: publishedShown },
    problems: { 404: 'It has none.', 409: TOO_MANY, 412: CHANGED, 422: BAD },
  })
  @ApiParam(OF_RULE)
  @Conditional()
  @Post('rules/:rule/publish')
  async publish(
    @FromCaller() { workspaceId, keyName }: Caller,
    @Param('rule', { schema: ruleName }) rule: string,
    @IfMatchExpected() expected: Expected,
    @Body({ schema: draftPublication }) { author, note, confirm }: z.output<typeof draftPublication>,
  ) {
    const by = { author: author ?? keyName, ...(note === undefined ? {} : { note }) };
    const done = await this.drafts.publish(workspaceId, rule, expected, by, confirm);
    if (done.outcome === 'refused') throw refused(done.problems);
    return this.desk.published(workspaceId, done);
  }
}

function shown(draft: DraftShown, reply: FastifyReply) {
  void reply.header('etag', `"${draft.revision}"`);
  return showDraft(draft);
}
