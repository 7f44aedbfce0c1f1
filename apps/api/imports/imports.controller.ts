/** `/v1/imports`: a file is announced, handed over in one or more pieces, and runs by itself; its state tells how far it is. */
import { Readable } from 'node:stream';
import { Body, Controller, Get, Param, Post, Put, Query, Req, Res, StreamableFile, UseGuards } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Uuid } from '#contracts/ids.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import { allows, type Caller } from '#platform/auth/api-key.js';
import { Problem } from '#platform/http/problem.js';
import { IdempotencyKey } from '../commands/idempotency-key.js';
import { FileAnswer, IdInPath, Operation } from '../openapi/answers.js';
import { id } from '../openapi/fields.js';
import { FILE_TYPE } from './file-bodies.js';
import { ImportDesk } from './import-desk.js';
import {
  importAsked,
  importShown,
  importsAsked,
  importsShown,
  offsetAsked,
  showImport,
  wishOf,
} from './import-schemas.js';
import { rejectsFile } from './rejects.js';

@ApiTags('imports')
@UseGuards(ApiKeyGuard)
@Controller('v1/imports')
export class ImportsController {
  constructor(private readonly desk: ImportDesk) {}

  @Operation({
    summary: 'Announce a file to import; 200 when the same file was asked for before',
    scope: 'write:contacts',
    answers: { 201: importShown, 200: importShown },
    problems: { 404: 'No such source.' },
  })
  @Post()
  async ask(
    @FromCaller() caller: Caller,
    @Body({ schema: importAsked }) body: z.output<typeof importAsked>,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { kind, source, size } = body;
    if (kind === 'engagements' && !allows(caller, 'write:sources'))
      throw new Problem(
        403,
        'Not allowed',
        'A provider’s history needs the scope write:sources beside write:contacts.',
      );
    const asked = { kind, sourceId: source ?? null, wish: wishOf(body), size, idempotencyKey };
    const { made, shown } = await this.desk.ask(caller.workspaceId, asked);
    void reply.code(made ? 201 : 200).header('location', `/v1/imports/${shown.id}`);
    return showImport(shown);
  }

  @Operation({
    summary: 'Hand the file over, whole or piece by piece; with its last byte the import is due',
    scope: 'write:contacts',
    answers: { 200: importShown },
    problems: {
      404: 'No such import.',
      409: 'Another byte is next, the file is here already, or it is longer than announced.',
      410: 'The import was given up.',
    },
  })
  @IdInPath('importId', 'Id of the import.')
  @ApiConsumes(FILE_TYPE)
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @Put(':importId/content')
  async content(
    @FromCaller() { workspaceId }: Caller,
    @Param('importId', { schema: id }) importId: Uuid,
    @Query({ schema: offsetAsked }) { offset }: z.output<typeof offsetAsked>,
    @Req() request: FastifyRequest,
  ) {
    if (!(request.body instanceof Readable))
      throw new Problem(415, 'Unsupported media type', `Send the file as it is, with Content-Type: ${FILE_TYPE}.`);
    return showImport(await this.desk.receive(workspaceId, importId, offset, request.body));
  }

  @Operation({ summary: 'Imports, the latest first', scope: 'read:contacts', answers: { 200: importsShown } })
  @Get()
  async list(
    @FromCaller() { workspaceId }: Caller,
    @Query({ schema: importsAsked }) { limit }: z.output<typeof importsAsked>,
  ) {
    return { items: (await this.desk.list(workspaceId, limit)).map(showImport) };
  }

  @Operation({
    summary: 'How far an import is',
    scope: 'read:contacts',
    answers: { 200: importShown },
    problems: { 404: 'No such import.' },
  })
  @IdInPath('importId', 'Id of the import.')
  @Get(':importId')
  async one(@FromCaller() { workspaceId }: Caller, @Param('importId', { schema: id }) importId: Uuid) {
    return showImport(await this.desk.one(workspaceId, importId));
  }

  @Operation({
    summary:
      'Rows that were not taken, each with its line and the reason, in the format of the file; kept as long as raw requests',
    scope: 'read:contacts',
    answers: {},
    problems: { 404: 'No such import.' },
  })
  @FileAnswer('text/csv', 'application/x-ndjson')
  @IdInPath('importId', 'Id of the import.')
  @Get(':importId/rejects')
  async rejects(@FromCaller() { workspaceId }: Caller, @Param('importId', { schema: id }) importId: Uuid) {
    const one = await this.desk.one(workspaceId, importId);
    const type = one.wish.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8';
    return new StreamableFile(Readable.from(rejectsFile(one, this.desk.rejects(workspaceId, importId))), { type });
  }
}
