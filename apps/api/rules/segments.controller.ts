/** `/v1/segments`: named conditions that are published with the rules. */
import { Controller, Get, Param, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { Operation } from '../openapi/answers.js';
import { type PublishedSegment, SegmentsDesk } from './published-segments.js';
import { segmentName, segmentShown, segmentsShown, wholeSegment } from './segment-schemas.js';
import { showVersion } from './version-schemas.js';

@ApiTags('rules')
@UseGuards(ApiKeyGuard)
@Controller('v1/segments')
export class SegmentsController {
  constructor(private readonly desk: SegmentsDesk) {}

  @Operation({
    summary: 'Segments with their condition and version',
    scope: 'read:rules',
    answers: { 200: segmentsShown },
  })
  @Get()
  async list(@FromCaller() { workspaceId }: Caller): Promise<z.infer<typeof segmentsShown>> {
    const { number, inForce, of, segments } = await this.desk.list(workspaceId);
    return { number, inForce, of, items: segments.map(show) };
  }

  @Operation({
    summary: 'One segment, with its definition and versions',
    scope: 'read:rules',
    answers: { 200: wholeSegment },
    problems: { 404: 'No such segment.' },
  })
  @ApiParam({ name: 'name', description: 'Name of the segment.', schema: { type: 'string' } })
  @Get(':name')
  async one(
    @FromCaller() { workspaceId }: Caller,
    @Param('name', { schema: segmentName }) name: string,
  ): Promise<z.infer<typeof wholeSegment>> {
    const segment = await this.desk.one(workspaceId, name);
    const { number, inForce, of, yaml, versions } = segment;
    return { ...show(segment), yaml, versions: versions.map(showVersion), number, inForce, of };
  }
}

function show({ name, version, description, if: condition }: PublishedSegment): z.infer<typeof segmentShown> {
  return { name, state: version === null ? 'retired' : 'published', version, description, if: condition };
}
