/** `/v1/contacts`: as they are now, found, and with everything that happened to them. */
import { Controller, Get, Inject, Param, Query, Res, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Pool } from '#adapters/postgres/pool.js';
import { contactCursor, listContacts } from '#adapters/postgres/read-models/queries/contact-list.js';
import { contactOf } from '#adapters/postgres/read-models/queries/contacts.js';
import { timelineCursor, timelinePage } from '#adapters/postgres/read-models/queries/timeline.js';
import type { Uuid } from '#contracts/ids.js';
import type { ContactRow } from '#contracts/read-models.js';
import type { WorkspaceKeys } from '#engine/sealing/sealing.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { encodeCursor } from '#platform/http/cursor.js';
import { Problem } from '#platform/http/problem.js';
import { POOL, WORKSPACE_KEYS } from '../dependencies.js';
import { IdInPath, Operation } from '../openapi/answers.js';
import { id } from '../openapi/fields.js';
import { pageOf } from '../openapi/pages.js';
import {
  contactPage,
  contactShown,
  etagOf,
  showContact,
  showEvent,
  timelineAsked,
  timelinePageShown,
} from './contact-schemas.js';
import { type ContactsAsked, contactsAsked, cursorOf, filterOf, sortOf, timelineCursorOf } from './contact-search.js';
import { contactNamed } from './named-contact.js';

@ApiTags('contacts')
@UseGuards(ApiKeyGuard)
@Controller('v1/contacts')
export class ContactsController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(WORKSPACE_KEYS) private readonly keys: WorkspaceKeys,
  ) {}

  @Operation({
    summary: 'Contacts, filtered and searched; the last changed first',
    scope: 'read:contacts',
    answers: { 200: contactPage },
  })
  @Get()
  async list(@FromCaller() caller: Caller, @Query({ schema: contactsAsked }) asked: ContactsAsked) {
    const { limit, cursor } = asked;
    const sort = sortOf(asked);
    const page = { sort, after: cursorOf(cursor, sort), limit: limit + 1 };
    const contactId = await contactNamed(this.pool, this.keys, caller.workspaceId, asked);
    const rows = await listContacts(this.pool, caller.workspaceId, { ...filterOf(asked), contactId }, page);
    return pageOf(rows, limit, showContact, (row) => encodeCursor(contactCursor(sort, row)));
  }

  @Operation({
    summary: 'One contact; the id of an alias leads to the contact it has become part of',
    scope: 'read:contacts',
    answers: { 200: contactShown },
    problems: { 404: 'No such contact, or it was deleted.' },
  })
  @IdInPath('contactId', 'Id of the contact.')
  @Get(':contactId')
  async one(
    @FromCaller() caller: Caller,
    @Param('contactId', { schema: id }) contactId: Uuid,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const row = await this.#found(caller, contactId);
    if (row.deleted) throw new Problem(404, 'Not found', 'This contact was deleted. Its timeline tells when.');
    void reply.header('etag', etagOf(row)).header('content-location', `/v1/contacts/${row.contactId}`);
    return showContact(row);
  }

  @Operation({
    summary: 'Everything that happened to a contact and to what has become part of it, newest first',
    scope: 'read:contacts',
    answers: { 200: timelinePageShown },
    problems: { 404: 'No such contact.' },
  })
  @IdInPath('contactId', 'Id of the contact.')
  @Get(':contactId/timeline')
  async timeline(
    @FromCaller() caller: Caller,
    @Param('contactId', { schema: id }) contactId: Uuid,
    @Query({ schema: timelineAsked }) asked: z.output<typeof timelineAsked>,
  ) {
    const before = timelineCursorOf(asked.cursor);
    const page = { before, limit: asked.limit + 1 };
    // Most contacts are made of one: so their page is read while it is looked up whether this one is.
    const [row, alone] = await Promise.all([
      this.#found(caller, contactId),
      timelinePage(this.pool, caller.workspaceId, { contactId, aliases: [] }, page),
    ]);
    const isOne = row.contactId === contactId && row.aliases.length === 0;
    const rows = isOne ? alone : await timelinePage(this.pool, caller.workspaceId, row, page);
    return pageOf(rows, asked.limit, showEvent, (last) => encodeCursor(timelineCursor(last)));
  }

  async #found(caller: Caller, contactId: Uuid): Promise<ContactRow> {
    const row = await contactOf(this.pool, caller.workspaceId, contactId);
    if (row === null) throw new Problem(404, 'Not found', 'This workspace has no contact with this id.');
    return row;
  }
}
