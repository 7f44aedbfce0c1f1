/** `/v1/sequences`: names that rules may enroll in, leave and ask after. */
import { Body, Controller, Get, Param, Put, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { NAME } from '#domain/rules/vocabulary.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { Operation } from '../openapi/answers.js';
import { Declarations } from './declarations.js';

const sequenceName = z.string().regex(NAME, 'Expected the name of a sequence such as pricing-nurture');
const sequenceWanted = z
  .strictObject({ description: z.string().max(2000).default('').describe('What it is for.') })
  .meta({ id: 'SequenceWanted' });
const sequenceShown = z.object({ name: z.string(), description: z.string() }).meta({ id: 'Sequence' });

@ApiTags('sequences')
@UseGuards(ApiKeyGuard)
@Controller('v1/sequences')
export class SequencesController {
  constructor(private readonly declarations: Declarations) {}

  @Operation({
    summary: 'Sequences that are declared',
    scope: 'read:rules',
    answers: { 200: z.object({ items: z.array(sequenceShown).describe('By name.') }) },
  })
  @Get()
  async list(@FromCaller() { workspaceId }: Caller) {
    return { items: [...(await this.declarations.sequences(workspaceId))] };
  }

  @Operation({
    summary: 'Declare a sequence, so that rules may name it; its name stays',
    scope: 'write:rules',
    answers: { 200: sequenceShown },
  })
  @ApiParam({ name: 'name', description: 'Name of the sequence.', schema: { type: 'string' } })
  @Put(':name')
  async declare(
    @FromCaller() { workspaceId }: Caller,
    @Param('name', { schema: sequenceName }) name: string,
    @Body({ schema: sequenceWanted }) { description }: z.output<typeof sequenceWanted>,
  ) {
    await this.declarations.declareSequence(workspaceId, { name, description });
    return { name, description };
  }
}
