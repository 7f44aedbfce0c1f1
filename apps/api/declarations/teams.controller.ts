/** `/v1/teams`: owners with their working hours, and the teams they are in; one document. */
import { Body, Controller, Get, Put, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { Operation } from '../openapi/answers.js';
import { showTeams, teamsOf, teamsShown, teamsWanted } from './declaration-schemas.js';
import { Declarations } from './declarations.js';

@ApiTags('teams')
@UseGuards(ApiKeyGuard)
@Controller('v1/teams')
export class TeamsController {
  constructor(private readonly declarations: Declarations) {}

  @Operation({ summary: 'Owners and teams', scope: 'read:contacts', answers: { 200: teamsShown } })
  @Get()
  async teams(@FromCaller() { workspaceId }: Caller) {
    return showTeams(await this.declarations.teams(workspaceId));
  }

  @Operation({
    summary: 'Set owners and teams, whole: those that are not in it are gone',
    scope: 'write:rules',
    answers: { 200: teamsShown },
  })
  @Put()
  async set(
    @FromCaller() { workspaceId }: Caller,
    @Body({ schema: teamsWanted }) wanted: z.output<typeof teamsWanted>,
  ) {
    await this.declarations.saveTeams(workspaceId, teamsOf(wanted));
    return showTeams(await this.declarations.teams(workspaceId));
  }
}
