/** `/v1/rules/{rule}/versions` and what differs between them. */
import { Body, Controller, Get, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { Problem } from '#platform/http/problem.js';
import { Operation } from '../openapi/answers.js';
import { whole } from '../openapi/fields.js';
import { RuleHistory } from './rule-history.js';
import {
  diffAsked,
  diffShown,
  filesAsked,
  filesDiffShown,
  ruleName,
  showVersion,
  showWhole,
  versionsShown,
  wholeVersion,
} from './version-schemas.js';

const OF_RULE = { name: 'rule', description: 'Name of the rule.', schema: { type: 'string' as const } };

@ApiTags('rules')
@UseGuards(ApiKeyGuard)
@Controller('v1/rules')
export class VersionsController {
  constructor(private readonly history: RuleHistory) {}

  @Operation({
    summary: 'What publishing these files would change, and what is live without a file',
    scope: 'read:rules',
    answers: { 200: filesDiffShown },
  })
  @Post('diff')
  async ofFiles(
    @FromCaller() { workspaceId }: Caller,
    @Body({ schema: filesAsked }) { files }: z.output<typeof filesAsked>,
  ) {
    const { problems, changes } = await this.history.ofFiles(workspaceId, files);
    return { same: problems.length === 0 && changes.length === 0, problems, changes };
  }

  @Operation({
    summary: 'Versions of a rule',
    scope: 'read:rules',
    answers: { 200: versionsShown },
    problems: { 404: 'No such rule.' },
  })
  @ApiParam(OF_RULE)
  @Get(':rule/versions')
  async list(@FromCaller() { workspaceId }: Caller, @Param('rule', { schema: ruleName }) rule: string) {
    const { live, versions } = await this.history.versions(workspaceId, rule);
    return { live, items: versions.map(showVersion) };
  }

  @Operation({
    summary: 'One version of a rule, with all it is made of',
    scope: 'read:rules',
    answers: { 200: wholeVersion },
    problems: { 404: 'No such rule or version.' },
  })
  @ApiParam(OF_RULE)
  @ApiParam({ name: 'version', description: 'Number of the version.', schema: { type: 'integer', minimum: 1 } })
  @Get(':rule/versions/:version')
  async one(
    @FromCaller() { workspaceId }: Caller,
    @Param('rule', { schema: ruleName }) rule: string,
    @Param('version', { schema: whole(1, 1e9) }) version: number,
  ) {
    const { versions } = await this.history.versions(workspaceId, rule);
    const found = versions.find((one) => one.version === version);
    if (!found) throw new Problem(404, 'Not found', `Rule ${rule} has no version ${version}.`);
    return showWhole(found);
  }

  @Operation({
    summary: 'What differs between two versions of a rule, in plain words and line by line',
    scope: 'read:rules',
    answers: { 200: diffShown },
    problems: { 404: 'No such version, or there is no draft.' },
  })
  @ApiParam(OF_RULE)
  @Get(':rule/diff')
  diff(
    @FromCaller() { workspaceId }: Caller,
    @Param('rule', { schema: ruleName }) rule: string,
    @Query({ schema: diffAsked }) { from, to }: z.output<typeof diffAsked>,
  ) {
    return this.history.diff(workspaceId, rule, from, to);
  }
}
