/** `/v1/effects`: what was asked of the world, what became of it, and why. */
import { Controller, Get, Inject, Param, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Pool } from '#adapters/postgres/pool.js';
import { effectById } from '#adapters/postgres/read-models/queries/effects.js';
import type { Uuid } from '#contracts/ids.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import { allows, type Caller } from '#platform/auth/api-key.js';
import { Problem } from '#platform/http/problem.js';
import { POOL } from '../dependencies.js';
import { IdInPath, Operation } from '../openapi/answers.js';
import { id } from '../openapi/fields.js';
import { effectShown, showEffect, showWhy, whyShown } from './effect-schemas.js';
import { WhyReader } from './why.js';

@ApiTags('effects')
@UseGuards(ApiKeyGuard)
@Controller('v1/effects')
export class EffectsController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    private readonly why: WhyReader,
  ) {}

  @Operation({
    summary: 'One effect',
    scope: 'read:contacts',
    answers: { 200: effectShown },
    problems: { 404: 'No such effect.' },
  })
  @IdInPath('effectId', 'Id of the effect.')
  @Get(':effectId')
  async one(@FromCaller() caller: Caller, @Param('effectId', { schema: id }) effectId: Uuid) {
    const row = await effectById(this.pool, caller.workspaceId, effectId);
    if (row === null) throw unknown();
    return showEffect(row);
  }

  @Operation({
    summary: 'Why an effect came about, back to the raw delivery',
    scope: 'read:contacts',
    answers: { 200: whyShown },
    problems: { 404: 'No such effect.' },
  })
  @IdInPath('effectId', 'Id of the effect.')
  @Get(':effectId/why')
  async explained(@FromCaller() caller: Caller, @Param('effectId', { schema: id }) effectId: Uuid) {
    const mayOpen = allows(caller, 'read:operations');
    const why = await this.why.ofEffect(caller.workspaceId, effectId, mayOpen);
    if (why === null) throw unknown();
    return showWhy(why, mayOpen);
  }
}

function unknown(): Problem {
  return new Problem(404, 'Not found', 'This workspace has no effect with this id.');
}
