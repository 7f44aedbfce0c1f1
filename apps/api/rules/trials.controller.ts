/** `/v1/rules/{rule}/try`: what a rule would have made of one contact's record. Nothing is decided, stored or sent. */
import { Body, Controller, Param, Post, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { Operation } from '../openapi/answers.js';
import { refused } from './published-rules.js';
import { RuleTrials } from './rule-trials.js';
import { showTried, trialAsked, trialShown } from './trial-schemas.js';
import { ruleName } from './version-schemas.js';

@ApiTags('rules')
@UseGuards(ApiKeyGuard)
@Controller('v1/rules')
export class TrialsController {
  constructor(private readonly trials: RuleTrials) {}

  @Operation({
    summary: 'Try a rule on what is on record of a contact; nothing is decided, stored or sent',
    scope: 'read:contacts',
    answers: { 200: trialShown },
    problems: {
      404: 'No such contact, or neither a draft nor a live version.',
      422: 'The rule has a problem (`errors` names each with its line), or the record is too long or erased.',
    },
  })
  @ApiParam({ name: 'rule', description: 'Name of the rule.', schema: { type: 'string' } })
  @Post(':rule/try')
  async try(
    @FromCaller() { workspaceId }: Caller,
    @Param('rule', { schema: ruleName }) rule: string,
    @Body({ schema: trialAsked }) { contact, yaml, templates = {} }: z.output<typeof trialAsked>,
  ) {
    const written = yaml === undefined ? await this.trials.written(workspaceId, rule) : { yaml, templates };
    const { yaml: text, templates: texts } = written;
    const tried = await this.trials.try(workspaceId, { rule, yaml: text, templates: texts }, contact);
    if ('problems' in tried) throw refused(tried.problems, 'Nothing was tried: the rule has a problem.');
    return showTried(tried);
  }
}
