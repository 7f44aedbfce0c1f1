/** `/v1/dead-letters`: effects that did not get through, replayed or discarded by people. */
import { Controller, Get, Inject, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  type DeadLetter,
  type DeadLetterCursor,
  deadLetterCursor,
  deadLetters,
} from '#adapters/postgres/effect-queue/dead-letters.js';
import type { Pool } from '#adapters/postgres/pool.js';
import type { Uuid } from '#contracts/ids.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { decodeCursor, encodeCursor } from '#platform/http/cursor.js';
import { POOL } from '../dependencies.js';
import { IdInPath, Operation } from '../openapi/answers.js';
import { id, iso, page, paging, time } from '../openapi/fields.js';
import { pageOf } from '../openapi/pages.js';
import { DeadLetters } from './dead-letters.js';

const asked = z.strictObject(paging);
const targetName = z.string().regex(/^[a-z][a-z0-9_-]{0,40}$/, 'Expected a target such as inbox or webhook');

const deadLetterShown = z
  .object({
    effectId: id,
    target: z.string(),
    contactId: id,
    kind: z.string(),
    attempts: z.int(),
    reason: z.string().nullable().describe('A code: http_410, timeout, …'),
    requestedAt: time,
    notAfter: time.describe('Replayed past it, it ends as expired.'),
    deadAt: time,
  })
  .meta({ id: 'DeadLetter' });
const openedDeadLetter = deadLetterShown
  .extend({ message: z.object({ to: z.string(), title: z.string(), body: z.string() }).nullable() })
  .meta({ id: 'OpenedDeadLetter' });
const done = z.object({ state: z.enum(['queued', 'discarded']) });

const GONE = { 404: 'No such dead letter.' };
const Target = () => ApiParam({ name: 'target', description: 'inbox or webhook.', schema: { type: 'string' } });

@ApiTags('dead-letters')
@UseGuards(ApiKeyGuard)
@Controller('v1/dead-letters')
export class DeadLettersController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    private readonly letters: DeadLetters,
  ) {}

  @Operation({
    summary: 'Dead letters, newest first',
    scope: 'read:operations',
    answers: { 200: page(deadLetterShown) },
  })
  @Get()
  async list(
    @FromCaller() { workspaceId }: Caller,
    @Query({ schema: asked }) { cursor, limit }: z.output<typeof asked>,
  ) {
    const after = decodeCursor<DeadLetterCursor>(cursor, ['number', 'string', 'string']);
    const rows = await deadLetters(this.pool, workspaceId, { after, limit: limit + 1 });
    return pageOf(rows, limit, show, (row) => encodeCursor(deadLetterCursor(row)));
  }

  @Operation({
    summary: 'One dead letter with its message',
    scope: 'read:operations',
    answers: { 200: openedDeadLetter },
    problems: GONE,
  })
  @IdInPath('effectId', 'Id of the effect.')
  @Target()
  @Get(':effectId/:target')
  async one(
    @FromCaller() { workspaceId }: Caller,
    @Param('effectId', { schema: id }) effectId: Uuid,
    @Param('target', { schema: targetName }) target: string,
  ) {
    const letter = await this.letters.show({ workspaceId, effectId, target });
    return { ...show(letter), message: letter.message };
  }

  @Operation({ summary: 'Try it again', scope: 'write:operations', answers: { 200: done }, problems: GONE })
  @IdInPath('effectId', 'Id of the effect.')
  @Target()
  @Post(':effectId/:target/replay')
  async replay(
    @FromCaller() { workspaceId }: Caller,
    @Param('effectId', { schema: id }) effectId: Uuid,
    @Param('target', { schema: targetName }) target: string,
  ) {
    await this.letters.replay({ workspaceId, effectId, target });
    return { state: 'queued' as const };
  }

  @Operation({ summary: 'Drop it for good', scope: 'write:operations', answers: { 200: done }, problems: GONE })
  @IdInPath('effectId', 'Id of the effect.')
  @Target()
  @Post(':effectId/:target/discard')
  async discard(
    @FromCaller() { workspaceId }: Caller,
    @Param('effectId', { schema: id }) effectId: Uuid,
    @Param('target', { schema: targetName }) target: string,
  ) {
    await this.letters.discard({ workspaceId, effectId, target });
    return { state: 'discarded' as const };
  }
}

function show(row: DeadLetter): z.infer<typeof deadLetterShown> {
  const { effectId, target, contactId, kind, attempts, reason, createdAt, notAfter, settledAt } = row;
  return {
    ...{ effectId, target, contactId, kind, attempts, reason },
    requestedAt: iso(createdAt),
    notAfter: iso(notAfter),
    deadAt: iso(settledAt),
  };
}
