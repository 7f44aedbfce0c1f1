/** `GET /v1/contacts/export`: every contact of a filter, as all of them were at one moment. */
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Controller, Get, Inject, Query, StreamableFile, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Pool } from '#adapters/postgres/pool.js';
import { withContactSnapshot } from '#adapters/postgres/read-models/queries/contact-snapshot.js';
import type { WorkspaceKeys } from '#engine/sealing/sealing.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { Problem } from '#platform/http/problem.js';
import { LOGGER, POOL, WORKSPACE_KEYS } from '../../dependencies.js';
import { FileAnswer, Operation } from '../../openapi/answers.js';
import { truth } from '../../openapi/fields.js';
import { contactsAsked, filterOf, oneIsNamed, sortOf, spansFit } from '../contact-search.js';
import { contactNamed } from '../named-contact.js';
import { contactFile } from './contact-file.js';

const MOST_COLUMNS = 200;

const columns = z
  .string()
  .max(20_000)
  .transform((text) => text.split(',').map((name) => name.trim()))
  .refine((names) => names.every((name) => name !== ''), 'Expected names of columns with a comma between them')
  .refine((names) => new Set(names).size === names.length, 'A column is named twice')
  .refine((names) => names.length <= MOST_COLUMNS, `At most ${MOST_COLUMNS} columns`);

const { limit: _, cursor: __, ...filters } = contactsAsked.shape;

const exportAsked = z
  .strictObject({
    ...filters,
    format: z.enum(['csv', 'ndjson'], 'Expected csv or ndjson').default('csv'),
    columns: columns
      .optional()
      .describe('Columns in this order: email, tags, stage, owner, score … or names of attributes; all when left out.'),
    escape_formulas: truth
      .default(false)
      .describe('Put an apostrophe before what a spreadsheet would take for a formula; an import then reads it too.'),
  })
  .superRefine(oneIsNamed)
  .superRefine(spansFit);

/** Each holds a connection, and the state that it sees, for as long as its reader takes. */
const AT_ONCE = 2;

@ApiTags('contacts')
@UseGuards(ApiKeyGuard)
@Controller('v1/contacts')
export class ContactExportController {
  #running = 0;

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(WORKSPACE_KEYS) private readonly keys: WorkspaceKeys,
  ) {}

  @Operation({
    summary: 'All contacts of a filter as a file, consistent as of one moment',
    scope: 'read:contacts',
    answers: {},
    problems: { 429: `More than ${AT_ONCE} exports at once.` },
  })
  @FileAnswer('text/csv', 'application/x-ndjson')
  @Get('export')
  export(
    @FromCaller() { workspaceId }: Caller,
    @Query({ schema: exportAsked }) asked: z.output<typeof exportAsked>,
  ): StreamableFile {
    if (this.#running >= AT_ONCE)
      throw new Problem(
        429,
        'Too many requests',
        `There are ${AT_ONCE} exports under way. Try again when one is done.`,
        {
          headers: { 'retry-after': '10' },
        },
      );
    const { format, columns: named, escape_formulas: escapeFormulas, ...filter } = asked;
    const out = new PassThrough();
    this.#running += 1;
    contactNamed(this.pool, this.keys, workspaceId, filter)
      .then((contactId) =>
        withContactSnapshot(
          this.pool,
          workspaceId,
          { filter: { ...filterOf(filter), contactId }, sort: sortOf(filter) },
          (snapshot) => pipeline(contactFile(snapshot, { format, columns: named, escapeFormulas }), out),
        ),
      )
      // The answer has begun: it is broken off, and its reader sees that it is not whole.
      .catch((error: unknown) => {
        this.logger.warn({ err: error }, 'an export was broken off');
        out.destroy(error instanceof Error ? error : new Error(String(error)));
      })
      .finally(() => {
        this.#running -= 1;
      });
    const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8';
    return new StreamableFile(out, { type, disposition: `attachment; filename="contacts.${format}"` });
  }
}
