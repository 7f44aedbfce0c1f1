/** `/v1/contacts/{id}/commands/{id}`: what became of a command that was answered 202. */
import { Controller, Get, Param, Query, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import type { Uuid } from '#contracts/ids.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { IdInPath, Operation } from '../openapi/answers.js';
import { id } from '../openapi/fields.js';
import { commandShown, placeAsked } from './command-schemas.js';
import { Commands } from './commands.js';

@ApiTags('contacts')
@UseGuards(ApiKeyGuard)
@Controller('v1/contacts')
export class CommandsController {
  constructor(private readonly commands: Commands) {}

  @Operation({ summary: 'What became of a command', scope: 'read:contacts', answers: { 200: commandShown } })
  @IdInPath('contactId', 'Id of the contact.')
  @IdInPath('commandId', 'Id of the command.')
  @Get(':contactId/commands/:commandId')
  async one(
    @FromCaller() caller: Caller,
    @Param('contactId', { schema: id }) contactId: Uuid,
    @Param('commandId', { schema: id }) commandId: Uuid,
    @Query({ schema: placeAsked }) { at }: z.output<typeof placeAsked>,
  ) {
    const ref = { contactId, inputId: commandId, above: 0, place: placeOf(at) };
    const [outcome] = await this.commands.look(caller.workspaceId, [ref]);
    return { state: outcome?.state ?? 'pending', commandId, reason: outcome?.reason ?? null };
  }
}

function placeOf(at: string | undefined) {
  if (at === undefined) return null;
  const [topic = '', partition, position] = at.split(':');
  return { topic, partition: Number(partition), position: Number(position) };
}
