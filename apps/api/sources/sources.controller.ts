/** `/v1/sources`: registered webhook endpoints. Keys are shown once, when they are made. */
import { Body, Controller, Delete, Get, Inject, Param, Patch, Post, Req, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Pool } from '#adapters/postgres/pool.js';
import {
  createSource,
  deleteSource,
  listSources,
  pauseSource,
  type Refused,
  resumeSource,
  reviseSource,
  rotateSource,
  type SourceView,
} from '#adapters/postgres/sources/sources.js';
import type { Uuid } from '#contracts/ids.js';
import type { MasterKey } from '#engine/sealing/sealing.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import type { Configuration } from '#platform/configuration/configuration.js';
import { Problem } from '#platform/http/problem.js';
import { CLOCK, CONFIGURATION, MASTER_KEY, POOL } from '../dependencies.js';
import { IdInPath, Operation } from '../openapi/answers.js';
import { id } from '../openapi/fields.js';
import { Conditional, IfMatch, stale } from './if-match.js';
import { publicUrl } from './public-url.js';
import {
  keyedSource,
  rotationWanted,
  showSource,
  sourceList,
  sourceRevised,
  sourceShown,
  sourceWanted,
} from './source-schemas.js';
import { checkKeys, revised, wished } from './source-wish.js';

const HOUR_MS = 3_600_000;
const GONE = { 404: 'No such source.' };
const CHANGED = { ...GONE, 412: 'It is at another version than expected.' };

@ApiTags('sources')
@UseGuards(ApiKeyGuard)
@Controller('v1/sources')
export class SourcesController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(MASTER_KEY) private readonly master: MasterKey,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(CLOCK) private readonly clock: () => number,
  ) {}

  @Operation({ summary: 'Sources', scope: 'read:sources', answers: { 200: sourceList } })
  @Get()
  async list(@FromCaller() { workspaceId }: Caller, @Req() request: FastifyRequest) {
    const rows = await listSources(this.pool, workspaceId);
    return { items: rows.map((row) => this.#show(row, request)) };
  }

  @Operation({ summary: 'One source', scope: 'read:sources', answers: { 200: sourceShown }, problems: GONE })
  @IdInPath('sourceId', 'Id of the source.')
  @Get(':sourceId')
  async one(
    @FromCaller() { workspaceId }: Caller,
    @Param('sourceId', { schema: id }) sourceId: Uuid,
    @Req() request: FastifyRequest,
  ) {
    return this.#show(await this.#found(workspaceId, sourceId), request);
  }

  @Operation({
    summary: 'Register a webhook endpoint',
    scope: 'write:sources',
    answers: { 201: keyedSource },
    problems: { 409: 'The workspace has a source of this name.' },
  })
  @Post()
  async create(
    @FromCaller() { workspaceId }: Caller,
    @Body({ schema: sourceWanted }) wish: z.output<typeof sourceWanted>,
    @Req() request: FastifyRequest,
  ) {
    const { name, provider, keys } = wish;
    const asked = { workspaceId, name, provider, ...wished(wish), ...(keys === undefined ? {} : { keys }) };
    const made = await createSource(this.pool, this.master, asked);
    if (made === null) throw new Problem(409, 'Conflict', `The workspace has a source called ${name} already.`);
    return { ...this.#show(made.source, request), keys: [...made.keys] };
  }

  @Operation({
    summary: 'Change how a source is verified and what it lets in',
    scope: 'write:sources',
    answers: { 200: sourceShown },
    problems: CHANGED,
  })
  @Conditional()
  @IdInPath('sourceId', 'Id of the source.')
  @Patch(':sourceId')
  async revise(
    @FromCaller() { workspaceId }: Caller,
    @Param('sourceId', { schema: id }) sourceId: Uuid,
    @IfMatch() expectedVersion: number | null,
    @Body({ schema: sourceRevised }) wish: z.output<typeof sourceRevised>,
    @Req() request: FastifyRequest,
  ) {
    const found = await this.#found(workspaceId, sourceId);
    // What is changed is what was read here, with If-Match or without.
    const ref = { workspaceId, id: sourceId, expectedVersion: expectedVersion ?? found.version };
    return this.#show(orRefusal(await reviseSource(this.pool, ref, revised(found, wish))), request);
  }

  @Operation({
    summary: 'Give a source new keys; the old ones are accepted for a while',
    scope: 'write:sources',
    answers: { 200: keyedSource },
    problems: CHANGED,
  })
  @Conditional()
  @IdInPath('sourceId', 'Id of the source.')
  @Post(':sourceId/rotate')
  async rotate(
    @FromCaller() { workspaceId }: Caller,
    @Param('sourceId', { schema: id }) sourceId: Uuid,
    @IfMatch() expectedVersion: number | null,
    @Body({ schema: rotationWanted }) { keys, overlapHours }: z.output<typeof rotationWanted>,
    @Req() request: FastifyRequest,
  ) {
    const found = await this.#found(workspaceId, sourceId);
    checkKeys(found, keys);
    const now = this.clock();
    const wish = {
      scheme: found.settings.scheme,
      now,
      oldUntil: now + overlapHours * HOUR_MS,
      ...(keys === undefined ? {} : { keys }),
    };
    const made = orRefusal(
      await rotateSource(this.pool, this.master, { workspaceId, id: sourceId, expectedVersion }, wish),
    );
    return { ...this.#show(made.source, request), keys: [...made.keys] };
  }

  @Operation({
    summary: 'Pause a source: its sender is told to come again later',
    scope: 'write:sources',
    answers: { 200: sourceShown },
    problems: CHANGED,
  })
  @Conditional()
  @IdInPath('sourceId', 'Id of the source.')
  @Post(':sourceId/pause')
  async pause(
    @FromCaller() { workspaceId }: Caller,
    @Param('sourceId', { schema: id }) sourceId: Uuid,
    @IfMatch() expectedVersion: number | null,
    @Req() request: FastifyRequest,
  ) {
    return this.#show(orRefusal(await pauseSource(this.pool, { workspaceId, id: sourceId, expectedVersion })), request);
  }

  @Operation({
    summary: 'Take a paused source up again',
    scope: 'write:sources',
    answers: { 200: sourceShown },
    problems: CHANGED,
  })
  @Conditional()
  @IdInPath('sourceId', 'Id of the source.')
  @Post(':sourceId/resume')
  async resume(
    @FromCaller() { workspaceId }: Caller,
    @Param('sourceId', { schema: id }) sourceId: Uuid,
    @IfMatch() expectedVersion: number | null,
    @Req() request: FastifyRequest,
  ) {
    return this.#show(
      orRefusal(await resumeSource(this.pool, { workspaceId, id: sourceId, expectedVersion })),
      request,
    );
  }

  @Operation({
    summary: 'Delete a source for good: its sender is answered 410',
    scope: 'write:sources',
    answers: { 200: sourceShown },
    problems: CHANGED,
  })
  @Conditional()
  @IdInPath('sourceId', 'Id of the source.')
  @Delete(':sourceId')
  async remove(
    @FromCaller() { workspaceId }: Caller,
    @Param('sourceId', { schema: id }) sourceId: Uuid,
    @IfMatch() expectedVersion: number | null,
    @Req() request: FastifyRequest,
  ) {
    return this.#show(
      orRefusal(await deleteSource(this.pool, { workspaceId, id: sourceId, expectedVersion })),
      request,
    );
  }

  async #found(workspaceId: Uuid, sourceId: Uuid): Promise<SourceView> {
    const found = (await listSources(this.pool, workspaceId)).find((one) => one.id === sourceId);
    if (found === undefined) throw unknown();
    return found;
  }

  #show(source: SourceView, request: FastifyRequest) {
    return showSource(source, publicUrl(this.configuration, request));
  }
}

function orRefusal<T extends object>(result: T | Refused): T {
  if (result === 'not_found') throw unknown();
  if (result === 'stale') throw stale('The source');
  return result as T;
}

function unknown(): Problem {
  return new Problem(404, 'Not found', 'This workspace has no source with this id.');
}
