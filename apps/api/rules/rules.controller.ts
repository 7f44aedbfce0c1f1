/** `/v1/rules`: checked, published as immutable versions, put back in one action. */
import { Body, Controller, Get, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ruleSchema } from '#domain/rules/schema/rule-schema.js';
import { testSchema } from '#domain/rules/schema/test-schema.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { Operation } from '../openapi/answers.js';
import { iso } from '../openapi/fields.js';
import { type PublishedRule, RulesDesk, refused, SUSPENSION_CURE } from './published-rules.js';
import {
  checkAsked,
  checkShown,
  publishAsked,
  publishedShown,
  rollbackAsked,
  ruleShown,
  rulesShown,
} from './rule-schemas.js';

const ruleName = z.string().min(1).max(200);
const schemaAsked = z.strictObject({
  of: z.enum(['rule', 'tests']).default('rule').describe('A rule, or a file of tests.'),
});
const jsonSchema = z.record(z.string(), z.unknown()).describe('JSON Schema, draft 7.');

export const TOO_MANY =
  'It would act on a large share of all contacts within a day: `errors` says the numbers. Send confirm: true to publish it.';

@ApiTags('rules')
@UseGuards(ApiKeyGuard)
@Controller('v1/rules')
export class RulesController {
  constructor(private readonly desk: RulesDesk) {}

  @Operation({
    summary: 'Rules with their versions and what they did',
    scope: 'read:rules',
    answers: { 200: rulesShown },
  })
  @Get()
  async list(@FromCaller() { workspaceId }: Caller) {
    const { number, inForce, of, rules } = await this.desk.list(workspaceId);
    return { number, inForce, of, items: rules.map(show) };
  }

  @Operation({
    summary: 'The JSON Schema of a rule or of its tests, for editors',
    scope: 'read:rules',
    answers: { 200: jsonSchema },
  })
  @Get('schema')
  schema(@Query({ schema: schemaAsked }) { of }: z.output<typeof schemaAsked>) {
    return of === 'tests' ? testSchema() : ruleSchema();
  }

  @Operation({
    summary: 'One rule with its versions and what it did; a suspended one says since when and why',
    scope: 'read:rules',
    answers: { 200: ruleShown },
    problems: { 404: 'No such rule.' },
  })
  @ApiParam({ name: 'rule', description: 'Name of the rule.', schema: { type: 'string' } })
  @Get(':rule')
  async one(@FromCaller() { workspaceId }: Caller, @Param('rule', { schema: ruleName }) rule: string) {
    return show(await this.desk.one(workspaceId, rule));
  }

  @Operation({ summary: 'Check files without publishing them', scope: 'read:rules', answers: { 200: checkShown } })
  @Post('check')
  async check(
    @FromCaller() { workspaceId }: Caller,
    @Body({ schema: checkAsked }) { files, reach: asked }: z.output<typeof checkAsked>,
  ) {
    const { rules, problems, reach } = await this.desk.check(workspaceId, files, { reach: asked });
    return { ok: problems.length === 0, rules, problems, reach };
  }

  @Operation({
    summary: 'Publish what changed in these files; with any problem all stays as it is',
    scope: 'write:rules',
    answers: { 200: publishedShown },
    problems: { 409: TOO_MANY, 422: 'A file has a problem: `errors` names each with its line.' },
  })
  @Post('publish')
  async publish(
    @FromCaller() { workspaceId, keyName }: Caller,
    @Body({ schema: publishAsked }) { files, note, author, retireMissing, confirm }: z.output<typeof publishAsked>,
  ) {
    const options = { author: author ?? keyName, retireMissing, ...(note === undefined ? {} : { note }) };
    const done = await this.desk.publish(workspaceId, files, options, confirm);
    if (done.outcome === 'refused') throw refused(done.problems);
    return this.desk.published(workspaceId, done);
  }

  @Operation({
    summary: 'Put a rule, or a segment, back on an earlier version, or retire it',
    scope: 'write:rules',
    answers: { 200: publishedShown },
    problems: { 404: 'No such rule or version.', 409: 'A rule or segment in force would ask for a segment in vain.' },
  })
  @ApiParam({ name: 'rule', description: 'Name of the rule; `segment:NAME` of a segment.', schema: { type: 'string' } })
  @Post(':rule/rollback')
  async rollback(
    @FromCaller() { workspaceId, keyName }: Caller,
    @Param('rule', { schema: ruleName }) rule: string,
    @Body({ schema: rollbackAsked }) { version }: z.output<typeof rollbackAsked>,
  ) {
    return this.desk.published(workspaceId, await this.desk.rollback(workspaceId, rule, version, keyName));
  }
}

function show(rule: PublishedRule): z.infer<typeof ruleShown> {
  const { name, version, suspended, current, description, on, versions, counts } = rule;
  return {
    name,
    state: version !== null ? 'published' : suspended === null ? 'retired' : 'suspended',
    version,
    suspended: suspended && {
      version: suspended.version,
      since: iso(suspended.since),
      failures: suspended.failures,
      reason: suspended.reason,
      cure: SUSPENSION_CURE,
    },
    description,
    on,
    yaml: current?.yaml ?? null,
    versions: versions.map(({ version, author, note, createdAt, hash }) => ({
      ...{ version, author, note, hash },
      createdAt: iso(createdAt),
    })),
    counts: { ...counts, held: { ...counts.held } },
  };
}
