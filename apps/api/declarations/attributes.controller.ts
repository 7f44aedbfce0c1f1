/** `/v1/attributes`: what contacts may hold, declared with types. */
import { Body, Controller, Get, Param, Put, Res, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { AttributeRow } from '#adapters/postgres/registry/attributes.js';
import type { Uuid } from '#contracts/ids.js';
import type { AttributeDeclaration } from '#domain/rules/attributes/declaration.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { Problem } from '#platform/http/problem.js';
import { Operation } from '../openapi/answers.js';
import { Conditional, IfMatch, stale } from '../sources/if-match.js';
import {
  attributeList,
  attributeName,
  attributeShown,
  attributesWanted,
  attributeWanted,
  showAttribute,
  wantedOf,
} from './declaration-schemas.js';
import { DeclarationRefused, Declarations } from './declarations.js';

const REFUSED = { 422: 'It does not fit what is declared or stored; `errors` names each attribute.' };

@ApiTags('attributes')
@UseGuards(ApiKeyGuard)
@Controller('v1/attributes')
export class AttributesController {
  constructor(private readonly declarations: Declarations) {}

  @Operation({ summary: 'Declared attributes', scope: 'read:contacts', answers: { 200: attributeList } })
  @Get()
  async list(@FromCaller() { workspaceId }: Caller) {
    return { items: (await this.declarations.attributes(workspaceId)).map(showAttribute) };
  }

  @Operation({
    summary: 'Declare attributes; those not named stay as they are. With any problem nothing is declared',
    scope: 'write:rules',
    answers: { 200: attributeList },
    problems: REFUSED,
  })
  @Put()
  async declare(
    @FromCaller() { workspaceId }: Caller,
    @Body({ schema: attributesWanted }) { attributes }: z.output<typeof attributesWanted>,
  ) {
    const wanted = Object.entries(attributes).map(([name, one]) => wantedOf(name, one));
    return { items: (await this.#declare(workspaceId, wanted)).map(showAttribute) };
  }

  @Operation({
    summary: 'One declared attribute',
    scope: 'read:contacts',
    answers: { 200: attributeShown },
    problems: { 404: 'No such attribute.' },
  })
  @ApiParam({ name: 'name', description: 'Name of the attribute, or one it had.', schema: { type: 'string' } })
  @Get(':name')
  async one(
    @FromCaller() { workspaceId }: Caller,
    @Param('name', { schema: attributeName }) name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#shown(await this.declarations.attributes(workspaceId), name, reply);
  }

  @Operation({
    summary: 'Declare one attribute, widen it, deprecate it, or rename one by taking its name among aliases',
    scope: 'write:rules',
    answers: { 200: attributeShown },
    problems: { ...REFUSED, 412: 'It is at another version than expected.' },
  })
  @Conditional()
  @ApiParam({ name: 'name', description: 'Name of the attribute.', schema: { type: 'string' } })
  @Put(':name')
  async put(
    @FromCaller() { workspaceId }: Caller,
    @Param('name', { schema: attributeName }) name: string,
    @IfMatch() expectedVersion: number | null,
    @Body({ schema: attributeWanted }) wanted: z.output<typeof attributeWanted>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const rows = await this.#declare(workspaceId, [wantedOf(name, wanted)], (before) => {
      const version = before.find((row) => row.name === name)?.version ?? 0;
      if (expectedVersion !== null && expectedVersion !== version) throw stale('The attribute');
    });
    return this.#shown(rows, name, reply);
  }

  #shown(rows: readonly AttributeRow[], name: string, reply: FastifyReply) {
    const row = rows.find((one) => one.name === name) ?? rows.find(({ aliases }) => aliases.includes(name));
    if (row === undefined) throw new Problem(404, 'Not found', `This workspace declares no attribute ${name}.`);
    void reply.header('etag', `"${row.version}"`);
    return showAttribute(row);
  }

  async #declare(
    workspaceId: Uuid,
    wanted: readonly AttributeDeclaration[],
    check?: (before: readonly AttributeRow[]) => void,
  ): Promise<readonly AttributeRow[]> {
    try {
      return await this.declarations.declare(workspaceId, wanted, check === undefined ? {} : { check });
    } catch (error) {
      if (!(error instanceof DeclarationRefused)) throw error;
      const errors = error.problems.map(({ name, problem }) => ({ field: `body.${name}`, problem }));
      throw new Problem(422, 'Attributes refused', 'Nothing was declared; what was declared stays so.', { errors });
    }
  }
}
