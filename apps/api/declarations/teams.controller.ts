/** `/v1/teams`: owners with their working hours, and the teams they are in; one document. */
import { Body, Controller, Get, Put, Res, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Uuid } from '#contracts/ids.js';
import type { Teams } from '#domain/rules/teams/teams.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { Problem } from '#platform/http/problem.js';
import { Operation } from '../openapi/answers.js';
import { Conditional, IfMatchTag, stale } from '../sources/if-match.js';
import { showTeams, tagOf, teamsOf, teamsShown, teamsWanted } from './declaration-schemas.js';
import { DeclarationRefused, Declarations } from './declarations.js';

@ApiTags('teams')
@UseGuards(ApiKeyGuard)
@Controller('v1/teams')
export class TeamsController {
  constructor(private readonly declarations: Declarations) {}

  @Operation({ summary: 'Owners and teams', scope: 'read:contacts', answers: { 200: teamsShown } })
  @Get()
  async teams(@FromCaller() { workspaceId }: Caller, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.#shown(workspaceId, reply);
  }

  @Operation({
    summary: 'Set owners and teams, whole: those that are not in it are gone',
    scope: 'write:rules',
    answers: { 200: teamsShown },
    problems: {
      412: 'They were changed since they were read.',
      422: 'A rule in force names a team or an owner that would be gone; `errors` names each.',
    },
  })
  @Conditional()
  @Put()
  async set(
    @FromCaller() { workspaceId }: Caller,
    @IfMatchTag() expected: string | null,
    @Body({ schema: teamsWanted }) wanted: z.output<typeof teamsWanted>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const check = (before: Teams): void => {
      if (expected !== null && expected !== tagOf(before)) throw stale('The document of owners and teams');
    };
    try {
      await this.declarations.declareTeams(workspaceId, teamsOf(wanted), check);
    } catch (error) {
      if (!(error instanceof DeclarationRefused)) throw error;
      const errors = error.problems.map(({ problem }) => ({ field: 'body.teams', problem }));
      throw new Problem(422, 'Teams refused', 'Nothing was changed; owners and teams stay as they were.', { errors });
    }
    return this.#shown(workspaceId, reply);
  }

  async #shown(workspaceId: Uuid, reply: FastifyReply) {
    const teams = await this.declarations.teams(workspaceId);
    void reply.header('etag', `"${tagOf(teams)}"`);
    return showTeams(teams);
  }
}
