/** `/v1/sources/{id}/gaps`: times of which a source may not have told everything, and that they are settled. */
import { Controller, Get, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { gapsOf, type KnownGap, settleGaps } from '#adapters/postgres/gaps/gaps.js';
import type { Pool } from '#adapters/postgres/pool.js';
import { listSources } from '#adapters/postgres/sources/sources.js';
import type { Uuid } from '#contracts/ids.js';
import { fillCommand } from '#engine/gaps/gap.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { Problem } from '#platform/http/problem.js';
import { CLOCK, POOL } from '../dependencies.js';
import { IdInPath, Operation } from '../openapi/answers.js';
import { id, iso, isoOrNull, time } from '../openapi/fields.js';

const GONE = { 404: 'No such source.' };
const MOST = 100;

const gapShown = z
  .object({
    kind: z
      .enum(['silence', 'outage'])
      .describe(
        'silence: nothing came, against its habit; outage: ingest was away for longer than its provider retries.',
      ),
    from: time,
    to: time.nullable().describe('Null while it lasts.'),
    foundAt: time,
    settledAt: time.nullable().describe('When it was filled, or said to need nothing.'),
    fill: z.string().describe('The command that fills it with what the provider exports.'),
  })
  .meta({ id: 'SourceGap' });
const gapList = z.object({ items: z.array(gapShown) });
const settledShown = z.object({ settled: z.int() });

@ApiTags('sources')
@UseGuards(ApiKeyGuard)
@Controller('v1/sources')
export class SourceGapsController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: () => number,
  ) {}

  @Operation({
    summary: 'Times of which a source may not have told everything, newest first',
    scope: 'read:sources',
    answers: { 200: gapList },
    problems: GONE,
  })
  @IdInPath('sourceId', 'Id of the source.')
  @Get(':sourceId/gaps')
  async list(@FromCaller() { workspaceId }: Caller, @Param('sourceId', { schema: id }) sourceId: Uuid) {
    await this.#assertKnown(workspaceId, sourceId);
    return { items: (await gapsOf(this.pool, workspaceId, sourceId, MOST)).map(show) };
  }

  @Operation({
    summary: 'Settle those that are over: they are filled, or there is nothing to fill',
    scope: 'write:sources',
    answers: { 200: settledShown },
    problems: GONE,
  })
  @IdInPath('sourceId', 'Id of the source.')
  @Post(':sourceId/gaps/settle')
  async settle(@FromCaller() { workspaceId }: Caller, @Param('sourceId', { schema: id }) sourceId: Uuid) {
    await this.#assertKnown(workspaceId, sourceId);
    return { settled: await settleGaps(this.pool, workspaceId, sourceId, this.clock()) };
  }

  async #assertKnown(workspaceId: Uuid, sourceId: Uuid): Promise<void> {
    const sources = await listSources(this.pool, workspaceId);
    if (!sources.some((one) => one.id === sourceId))
      throw new Problem(404, 'Not found', 'This workspace has no source with this id.');
  }
}

function show({ kind, from, to, foundAt, settledAt, source, workspace }: KnownGap): z.infer<typeof gapShown> {
  return {
    kind,
    from: iso(from),
    to: isoOrNull(to),
    foundAt: iso(foundAt),
    settledAt: isoOrNull(settledAt),
    fill: fillCommand(source, workspace),
  };
}
